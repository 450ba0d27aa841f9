import type { RunOutput } from './lib/batcher';

/** One batch that waits for a spec to end it. */
export interface ManualBatch<Item, Result> {
  readonly items: readonly Item[];
  finish(results: readonly Result[], runMs?: number): void;
  fail(error: unknown): void;
}

/** A model for specs of whatever holds a Batcher: its batches run until the spec ends them. */
export class ManualRun<Item, Result> {
  /** In order of start; a batch leaves when it ends. */
  readonly running: ManualBatch<Item, Result>[] = [];
  /** Every batch that was ever started. */
  readonly started: (readonly Item[])[] = [];

  readonly run = (items: readonly Item[]): Promise<RunOutput<Result>> => {
    this.started.push(items);
    return new Promise((resolve, reject) => {
      const end = () => this.running.splice(this.running.indexOf(batch), 1);
      const batch: ManualBatch<Item, Result> = {
        items,
        finish: (results, runMs = 1) => (end(), resolve({ results, runMs })),
        fail: (error) => (end(), reject(error)),
      };
      this.running.push(batch);
    });
  };
}
