import type { TensorMap } from './tensor';

/** One text as a model reads it: special tokens included, not padded. `typeIds` (0 or 1) only where a pair is read. */
export interface TokenRow {
  readonly ids: Int32Array;
  readonly typeIds?: Int32Array;
}

/** How a graph's output becomes one vector a row. It runs beside the model, so that a batch returns kilobytes. */
export interface Head {
  /** The graph's output it reads; the first one when absent. */
  readonly output?: string;
  /**
   * `mean` over the row's tokens, `cls` the first token, `last` the last one, `none` the output is [rows, width] already,
   * `tokens` every token's vector (the row's result is tokens x width).
   */
  readonly pooling: 'mean' | 'cls' | 'last' | 'none' | 'tokens';
  /** Divide by the L2 norm (a zero vector stays zero). */
  readonly normalize: boolean;
}

/** Rows of tokens, read by a head: each row gives one Float32Array. Rows may travel in different batches. */
export interface TokenWork {
  readonly kind: 'tokens';
  readonly rows: readonly TokenRow[];
  readonly head: Head;
}

/** Named tensors, as the graph takes them. */
export interface TensorWork {
  readonly kind: 'tensors';
  readonly inputs: TensorMap;
  /** The outputs wanted; all when absent. */
  readonly outputs?: readonly string[];
}

export type Work = TokenWork | TensorWork;

/** A vector a row, in the order of the rows. */
export interface TokenOutput {
  readonly kind: 'tokens';
  readonly vectors: readonly Float32Array[];
}

export interface TensorOutput {
  readonly kind: 'tensors';
  readonly outputs: TensorMap;
}

/** What work gives. */
export type Output<W extends Work = Work> = W extends TokenWork ? TokenOutput : TensorOutput;

/** What a batch gave; `runMs` is the model's own time. */
export type BatchOutput<W extends Work = Work> = Output<W> & { readonly runMs: number };
