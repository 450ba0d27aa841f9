import type { BatchReport } from '@cortex/batching';
import type { Timings } from '@cortex/kernel';
import type { ServedModel } from './served-model';

/** How often and how long in all, in milliseconds. */
export interface Tally {
  readonly count: number;
  readonly ms: number;
}

/** Counters of one model since it was first chosen; they survive an unload. */
export interface ModelStatistics {
  readonly model: ServedModel;
  /** Rows that were answered. */
  readonly inferenceCount: number;
  /** Batches that ran. */
  readonly executionCount: number;
  /** Wall clock, milliseconds since 1970; 0 before the first. */
  readonly lastInferenceAt: number;
  readonly success: Tally;
  readonly fail: Tally;
  readonly queue: Tally;
  readonly run: Tally;
  readonly cacheHit: Tally;
  readonly cacheMiss: Tally;
  /** By rows in the batch. */
  readonly batches: readonly (Tally & { readonly rows: number })[];
}

/** Counts what one model does. */
export class StatisticsBoard {
  #inferenceCount = 0;
  #lastInferenceAt = 0;
  readonly #success = new Counter();
  readonly #fail = new Counter();
  readonly #queue = new Counter();
  readonly #run = new Counter();
  readonly #cacheHit = new Counter();
  readonly #cacheMiss = new Counter();
  /** By rows; at most as many entries as the largest batch has rows. */
  readonly #batches = new Map<number, Counter>();

  /** `model`: what was chosen last. */
  constructor(public model: ServedModel) {}

  answered(rows: number, totalMs: number, timings: Timings): void {
    this.#inferenceCount += rows;
    this.#lastInferenceAt = Date.now();
    this.#success.add(totalMs);
    if (timings.cache === 'hit') this.#cacheHit.add(totalMs);
    else if (timings.cache === 'miss') this.#cacheMiss.add(totalMs);
  }

  failed(totalMs: number): void {
    this.#fail.add(totalMs);
  }

  ran({ rows, queueMs, runMs }: BatchReport): void {
    this.#queue.add(queueMs);
    this.#run.add(runMs);
    let tally = this.#batches.get(rows);
    if (!tally) this.#batches.set(rows, (tally = new Counter()));
    tally.add(runMs);
  }

  read(): ModelStatistics {
    const batches = [...this.#batches].map(([rows, counter]) => ({ rows, ...counter.read() })).sort((a, b) => a.rows - b.rows);
    return {
      model: this.model,
      inferenceCount: this.#inferenceCount,
      executionCount: this.#run.read().count,
      lastInferenceAt: this.#lastInferenceAt,
      success: this.#success.read(),
      fail: this.#fail.read(),
      queue: this.#queue.read(),
      run: this.#run.read(),
      cacheHit: this.#cacheHit.read(),
      cacheMiss: this.#cacheMiss.read(),
      batches,
    };
  }
}

class Counter {
  #count = 0;
  #ms = 0;

  add(ms: number): void {
    this.#count += 1;
    this.#ms += ms;
  }

  read(): Tally {
    return { count: this.#count, ms: this.#ms };
  }
}
