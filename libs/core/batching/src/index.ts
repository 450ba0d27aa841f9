import type { Clock, Priority, RequestContext } from '@cortex/kernel';

/** What a batch run costs in milliseconds: `c0 + c1*rows*length + c2*rows*length^2`. All >= 0. */
export interface CostModel { readonly c0: number; readonly c1: number; readonly c2: number }
/** Least squares with coefficients >= 0 over relative errors. */
export declare function fitCostModel(measurements: readonly { readonly rows: number; readonly length: number; readonly ms: number }[]): CostModel;
/** Predicted milliseconds of one padded batch. */
export declare function costOf(model: CostModel, rows: number, length: number): number;

/** The batcher knows of an item only this: it is never split, and shares a batch only with items of its group. */
export interface BatchItem {
  /** Rows it brings, >= 1 (a token row: 1; a tensor slab: its first axis). */
  readonly rows: number;
  /** Tokens a row; 1 where rows have no length. A batch is padded to its longest. */
  readonly length: number;
  readonly group: string;
}
export interface BatcherOptions {
  readonly maxBatchRows: number;
  /** Padded tokens (rows x longest) of a batch, default 512; a single larger item runs alone. */
  readonly maxBatchTokens: number;
  /** Batches that may run at once. */
  readonly parallelism: number;
  readonly costModel: CostModel;
  /** `now`: a free slot takes work at once. `turn`: once an event-loop turn, over all that waits (for inline models). */
  readonly dispatch: 'now' | 'turn';
}
export interface BatchReport { readonly rows: number; readonly tokens: number; readonly paddedTokens: number; readonly queueMs: number; readonly runMs: number }
export declare class Batcher<Item extends BatchItem, Result> {
  constructor(run: (items: readonly Item[]) => Promise<{ readonly results: readonly Result[]; readonly runMs: number }>, options: BatcherOptions, clock: Clock, onBatch?: (report: BatchReport) => void);
  /** All-or-nothing: the results in the order of the items, or the first failure. Fills context.timings. @throws the signal's reason, the run's error */
  submit(items: readonly Item[], context: RequestContext): Promise<Result[]>;
  depth(priority: Priority): number;
  /** Predicted milliseconds of everything that waits or runs, divided by the parallelism. */
  get backlogMs(): number;
  /** Resolves when nothing waits or runs; submit throws a BatcherClosedError (kind unavailable) from now on. */
  drain(): Promise<void>;
}
