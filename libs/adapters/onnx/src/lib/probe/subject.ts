import type { BatchOutput, Head, Work } from '@cortex/inference';

/** What may be known of a model before it is probed. */
export interface ProbePlan {
  /** Longest row in tokens; 0 when it takes none. */
  readonly maxTokens: number;
  readonly maxRows: number;
  /** Token ids are below it. */
  readonly vocabulary: number | undefined;
  readonly head: Head | undefined;
}

export interface Cell {
  readonly rows: number;
  readonly length: number;
}

/** How a kind of graph is probed. */
export interface ProbeSubject {
  /** The sizes of batches to time, the cheapest first. */
  readonly cells: readonly Cell[];
  batch(cell: Cell): Work;
  /** The fixed rows, each alone; they come out of `together` in the same order. */
  readonly alone: readonly Work[];
  /** All of them in one batch; absent where rows cannot share one. */
  readonly together?: Work;
  /** A batch's rows, as bytes. */
  rowsOf(output: BatchOutput): readonly Uint8Array[];
  /** A row's numbers, to compare variants by. */
  vectorOf(output: BatchOutput): Float32Array;
}
