import type { ServedModel } from '@cortex/orchestrator';
import type { RequestContext } from '@cortex/kernel';

/** A text, or token ids that are used as they are (special tokens included by the caller). */
export type TextInput = string | readonly number[];
export interface EmbedRequest {
  /** The default embedding model when absent. */
  readonly model?: string;
  readonly texts: readonly TextInput[];
  /** false: a text longer than the model is refused with TextTooLongError. */
  readonly truncate: boolean;
  /** Keep the first so many components and normalize again; only where the model can (@throws DimensionsError). */
  readonly dimensions?: number;
  /** Default: as the model says. */
  readonly normalize?: boolean;
}
export interface EmbedResult { readonly model: ServedModel; readonly vectors: readonly Float32Array[]; /** Tokens read, special ones included. */ readonly tokens: number; /** How many texts were cut. */ readonly truncated: number }
export interface RerankRequest { readonly model?: string; readonly query: string; readonly documents: readonly string[]; readonly truncate: boolean }
/** `scores` stand in the order of the documents; `raw` is the logit (a similarity's cosine), `score` 0..1. */
export interface RerankResult { readonly model: ServedModel; readonly scoring: 'cross-encoder' | 'similarity'; readonly scores: readonly { readonly score: number; readonly raw: number }[]; readonly tokens: number; readonly truncated: number }
export interface ClassifyRequest { readonly model?: string; readonly texts: readonly (string | readonly [string, string])[]; readonly truncate: boolean }
export interface ClassifyResult { readonly model: ServedModel; readonly labels: readonly string[]; /** Per text, per label. */ readonly scores: readonly Float32Array[]; readonly logits: readonly Float32Array[]; readonly tokens: number; readonly truncated: number }
export interface Token { readonly id: number; readonly text: string; readonly special: boolean; /** UTF-16 offsets; absent for special tokens. */ readonly start?: number; readonly stop?: number }
export declare class TextModels {
  embed(request: EmbedRequest, context: RequestContext): Promise<EmbedResult>;
  /** With an embedding model the score is the cosine, and `scoring` says so. */
  rerank(request: RerankRequest, context: RequestContext): Promise<RerankResult>;
  classify(request: ClassifyRequest, context: RequestContext): Promise<ClassifyResult>;
  tokenize(request: { readonly model?: string; readonly texts: readonly string[]; readonly addSpecialTokens: boolean }): Promise<readonly (readonly Token[])[]>;
  decode(request: { readonly model?: string; readonly ids: readonly (readonly number[])[]; readonly skipSpecialTokens: boolean }): Promise<readonly string[]>;
}
