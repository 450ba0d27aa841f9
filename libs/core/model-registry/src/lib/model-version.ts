import type { Head } from '@cortex/inference';
import type { TokenHeads } from './token-heads';

export type Task = 'tensor' | 'embed' | 'rerank' | 'classify' | 'token-classify' | 'generate';
/** Who put it there: this project, the operator, or a pull or upload, which nobody vouches for. */
export type Origin = 'bundled' | 'folder' | 'installed';

/** One file of the same model: `fp32`, `int8`, `fp16`, `quantized`, … */
export interface Variant {
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  readonly bytes: number;
  /** Absolute paths of the files that hold the graph's weights, where it does not hold them itself. */
  readonly externalData: readonly string[];
  /** Hex digest pinned by a manifest. */
  readonly sha256?: string;
  /** What the manifest claims: mean cosine to fp32. What was measured at load goes before it. */
  readonly fidelity?: number;
  /** What the manifest claims: a row's bits are the same alone and in any batch. */
  readonly batchInvariant?: boolean;
}

/** A file whose content a manifest fixes; `path` is relative to the model's folder. */
export interface FilePin {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
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
  /** What the columns of a token's numbers say, by name; only of a model to token-classify. */
  readonly heads?: TokenHeads;
  /** Token types carry the letter case of each token's word; absent: they tell two texts apart. */
  readonly tokenTypes?: 'letter-case';
  /** It reads one sentence a row, as it was trained; absent: as much as fits. Only of a model to token-classify. */
  readonly rows?: 'sentences';
  /** What it is made for, by ISO 639-1; absent: not said. */
  readonly languages?: readonly string[];
  /** Labels that do not exclude each other (Hugging Face's `multi_label_classification`): a sigmoid each, no softmax. */
  readonly multiLabel?: boolean;
  /** Sizes that a vector may be cut to (Matryoshka training, PCA); absent: none but its own. */
  readonly dimensions?: readonly number[];
  /** Absolute path of tokenizer.json. */
  readonly tokenizerFile?: string;
  readonly license?: string;
  readonly source?: string;
  readonly origin: Origin;
  /** Manifest free text for people. */
  readonly description?: string;
  /** Files fixed by the manifest; `artifact()` checks those it hands out. */
  readonly pins?: readonly FilePin[];
}

/** What a reference came to mean. `variant` only when the caller named one with `+variant`. */
export interface ResolvedModel {
  readonly version: ModelVersion;
  readonly variant?: string;
  readonly alias?: string;
  /** Set where a rollout had a say. */
  readonly rollout?: RolloutDraw;
}

/** How a rollout dealt with one request. */
export interface RolloutDraw {
  /** `canary`: the version that is tried answers. */
  readonly arm: 'stable' | 'canary';
  /** From the request's id, 0 to 1: below `weight` it takes part. */
  readonly draw: number;
  readonly weight: number;
  /** The version that the alias points to: it answers when the canary cannot. */
  readonly stable: ModelVersion;
  /** A version that shall run a copy of the request, whose answer nobody sees. */
  readonly shadow?: ModelVersion;
}

/** One line of the index; a folder that cannot be served is listed with the reason. */
export interface IndexEntry {
  readonly name: string;
  readonly version: string;
  readonly state: 'available' | 'unloaded' | 'failed';
  readonly reason?: string;
  readonly model?: ModelVersion;
}

/** Who a folder says it is, before it is read. `version` is absent where the folder is the model's only one. */
export interface FolderIdentity {
  readonly name: string;
  readonly version?: string;
  readonly origin: Origin;
}

/** fp32 first: the other variants are compared with it. */
export function referenceFirst(variants: readonly Variant[]): readonly Variant[] {
  const rank = ({ name }: Variant) => (name === 'fp32' ? 0 : 1);
  return [...variants].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}
