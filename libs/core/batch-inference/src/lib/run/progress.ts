import type { JobCounts, JobRecord } from '@cortex/jobs';
import type { Clock } from '@cortex/kernel';
import type { BatchResult, Binding, Checkpoint } from '../batch-job';
import type { RowWindow } from '../formats/row-format.port';

/** A window whose parts are stored. */
export interface StoredWindow extends Pick<RowWindow, 'next' | 'bytesRead'> {
  readonly done: number;
  readonly failed: number;
}

/** How far a run is, and how fast. */
export class Progress {
  #done: number;
  #failed: number;
  #total: number | undefined;
  #checkpoint: Checkpoint;
  /** Rows of this run, and since when: what ran before, or stood still in between, says nothing of its pace. */
  #rows = 0;
  readonly #since: number;

  private constructor(checkpoint: Checkpoint, { done, failed, total }: JobCounts, private readonly clock: Clock) {
    this.#checkpoint = checkpoint;
    this.#done = done;
    this.#failed = failed;
    this.#total = total;
    this.#since = clock.now();
  }

  static at(checkpoint: Checkpoint, { counts }: Pick<JobRecord, 'counts'>, clock: Clock): Progress {
    return new Progress(checkpoint, counts, clock);
  }

  static from(binding: Binding, clock: Clock): Progress {
    return new Progress({ binding, windows: 0, bytesRead: 0, rowsPerSecond: 0 }, { done: 0, failed: 0 }, clock);
  }

  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }

  get counts(): JobCounts {
    return { done: this.#done, failed: this.#failed, ...(this.#total !== undefined && { total: this.#total }) };
  }

  /** The next window. */
  stored({ next, bytesRead, done, failed }: StoredWindow): void {
    this.#done += done;
    this.#failed += failed;
    this.#rows += done + failed;
    const { binding, windows } = this.#checkpoint;
    const seconds = (this.clock.now() - this.#since) / 1_000;
    const rowsPerSecond = seconds > 0 ? this.#rows / seconds : 0;
    this.#checkpoint = { binding, windows: windows + 1, next, bytesRead, rowsPerSecond };
  }

  /** Every row is stored. */
  isWhole(): void {
    this.#total = this.#done + this.#failed;
  }

  joined(result: BatchResult): void {
    this.#checkpoint = { ...this.#checkpoint, result };
  }
}
