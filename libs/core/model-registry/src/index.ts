import type { Head, ModelArtifact } from '@cortex/inference';

export type Task = 'tensor' | 'embed' | 'rerank' | 'classify' | 'token-classify' | 'generate';
/** One file of the same model: `fp32`, `int8`, `fp16`, `quantized`, … */
export interface Variant {
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  readonly bytes: number;
  readonly externalData: readonly string[];
  /** Hex digest pinned by a manifest. */
  readonly sha256?: string;
}
/** One immutable version of a model, as its folder says it. */
export interface ModelVersion {
  readonly name: string;
  readonly version: string;
  readonly task: Task;
  readonly runtime: 'onnx' | 'oip' | 'langchain';
  readonly folder: string;
  /** At least one; the reference one (fp32 where there is one) first. */
  readonly variants: readonly Variant[];
  /** 0 for plain tensor graphs. */
  readonly maxTokens: number;
  /** The manifest's own limit; the server's default where absent. */
  readonly maxBatchRows?: number;
  readonly vocabularySize?: number;
  readonly head?: Head;
  readonly labels?: readonly string[];
  /** Absolute path of tokenizer.json. */
  readonly tokenizerFile?: string;
  readonly license?: string;
  readonly source?: string;
  readonly origin: 'bundled' | 'folder';
  /** Manifest free text for people. */
  readonly description?: string;
}
/** What a reference came to mean. `variant` only when the caller named one with `+variant`. */
export interface ResolvedModel { readonly version: ModelVersion; readonly variant?: string; readonly alias?: string }
/** One line of the index; a folder that cannot be served is listed with the reason. */
export interface IndexEntry { readonly name: string; readonly version: string; readonly state: 'available' | 'unloaded' | 'failed'; readonly reason?: string; readonly model?: ModelVersion }
export interface RegistryOptions { readonly folders: readonly { readonly path: string; readonly origin: 'bundled' | 'folder' }[]; readonly maxBatchRows: number; readonly defaults?: Partial<Record<Task, string>> }
export declare class ModelRegistry {
  constructor(options: RegistryOptions);
  /** Reads all folders anew; never throws for a bad folder. */
  refresh(): Promise<void>;
  /** `name[@version|@alias][+variant]`; an unknown name triggers one refresh. @throws InvalidReferenceError, ModelNotFoundError, ModelUnloadedError, ModelBrokenError */
  resolve(reference: string): Promise<ResolvedModel>;
  /** The reference that answers where a protocol names no model. @throws NoDefaultModelError */
  defaultFor(task: Task): string;
  /** Verifies the file against its pin and hashes it (kept while size and mtime stay). @throws ModelBrokenError */
  artifact(version: ModelVersion, variant: string): Promise<ModelArtifact>;
  index(): readonly IndexEntry[];
  /** After an explicit unload `resolve` throws ModelUnloadedError until `offer`. Version undefined: all. */
  withdraw(name: string, version?: string): void;
  offer(name: string, version?: string): void;
}
