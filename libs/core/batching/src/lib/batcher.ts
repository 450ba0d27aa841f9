import { hasLeft, throwIfLeft, type Clock, type Priority, type RequestContext } from '@cortex/kernel';
import type { Batch } from './batch';
import { BatchQueue } from './batch-queue';
import { BatcherClosedError } from './batching.errors';
import type { CostModel } from './cost-model';
import type { BatchItem } from './planner';
import { retryByKind, type Retry } from './retry';
import type { Submission } from './submission';
import { Turn } from './turn';

export interface BatcherOptions {
  readonly maxBatchRows: number;
  /** Padded tokens (rows x longest) of a batch, default 512; a single larger item runs alone. */
  readonly maxBatchTokens?: number;
  /** Batches that may run at once. */
  readonly parallelism: number;
  readonly costModel: CostModel;
  /** `now`: a free slot takes work at once. `turn`: once an event-loop turn, over all that waits (for inline models). */
  readonly dispatch: 'now' | 'turn';
  /** How many of the most urgent items a plan looks at, default 256, at most 1024: it bounds the cost of planning. */
  readonly windowItems?: number;
  /** What to do with a batch that failed, at most once an item; by the error's kind unless set. */
  readonly retry?: (error: unknown) => Retry;
}

/** One batch that ran to its end. Times in milliseconds; `queueMs` of the submission in it that waited longest. */
export interface BatchReport {
  readonly rows: number;
  readonly tokens: number;
  readonly paddedTokens: number;
  readonly queueMs: number;
  readonly runMs: number;
}

/** What a run gives: a result an item, in their order, and the model's own time. */
export interface RunOutput<Result> {
  readonly results: readonly Result[];
  readonly runMs: number;
}

function withDefaults(options: BatcherOptions): Required<BatcherOptions> {
  const { maxBatchTokens = 512, windowItems = 256, retry = retryByKind } = options;
  return { ...options, maxBatchTokens, windowItems, retry };
}

/** Runs what waits: whenever a slot is free, the batch of the cheapest cut that holds the most urgent item. */
export class Batcher<Item extends BatchItem, Result> {
  readonly #options: Required<BatcherOptions>;
  readonly #queue: BatchQueue<Item, Result>;
  readonly #turn = new Turn<Submission<Item, Result>>((arrivals) => this.#takeTurn(arrivals));
  /** At most `parallelism` batches. */
  readonly #running = new Set<Batch<Item, Result>>();
  #drained: Promise<void> | undefined;
  #reportDrained: (() => void) | undefined;

  constructor(
    private readonly run: (items: readonly Item[]) => Promise<RunOutput<Result>>,
    options: BatcherOptions,
    private readonly clock: Clock,
    private readonly onBatch: (report: BatchReport) => void = () => undefined,
  ) {
    this.#options = withDefaults(options);
    this.#queue = new BatchQueue(this.#options);
  }

  /**
   * All-or-nothing: the results in the order of the items, or the first failure. Fills context.timings.
   * @throws BatcherClosedError, the signal's reason (at once: what waits is not run), the run's error
   */
  async submit(items: readonly Item[], context: RequestContext): Promise<Result[]> {
    if (this.#drained) throw new BatcherClosedError();
    throwIfLeft(context);
    if (items.length === 0) return [];

    const submission = this.#queue.add(items, context, this.clock.now());
    if (this.#options.dispatch === 'turn') {
      this.#turn.add(submission);
    } else {
      this.#fillSlots();
      this.#listen(submission);
    }
    return submission.promise;
  }

  /** Items that wait. */
  depth(priority: Priority): number {
    return this.#queue.depth(priority);
  }

  /** Predicted milliseconds of everything that waits or runs, divided by the parallelism. */
  get backlogMs(): number {
    return (this.#queue.costMs + this.#sumOfRunning('costMs')) / this.#options.parallelism;
  }

  /** Resolves when nothing waits or runs; submit throws a BatcherClosedError from now on. */
  drain(): Promise<void> {
    this.#drained ??= new Promise((resolve) => (this.#reportDrained = resolve));
    this.#noticeIdle();
    return this.#drained;
  }

  /** To listen costs microseconds, so those whose items all run in this turn are only looked at before it. */
  #takeTurn(arrivals: readonly Submission<Item, Result>[]): void {
    for (const submission of arrivals) if (hasLeft(submission.context)) this.#leave(submission);
    this.#fillSlots();
    for (const submission of arrivals) if (submission.waits) this.#listen(submission);
  }

  #fillSlots(): void {
    while (this.#running.size < this.#options.parallelism && !this.#queue.isEmpty) {
      void this.#process(this.#queue.take(this.#sumOfRunning('workMs'), this.clock.now()));
    }
  }

  #listen(submission: Submission<Item, Result>): void {
    submission.onCallerGone(() => this.#leave(submission));
  }

  #leave(submission: Submission<Item, Result>): void {
    this.#fail(submission, submission.context.signal.reason);
    this.#noticeIdle();
  }

  async #process(batch: Batch<Item, Result>): Promise<void> {
    this.#running.add(batch);
    const outcome = await this.#attempt(batch);
    this.#running.delete(batch);
    if ('error' in outcome) this.#recover(batch, outcome.error);
    else this.#deliver(batch, outcome);
    this.#continue();
  }

  async #attempt({ items }: Batch<Item, Result>): Promise<RunOutput<Result> | { readonly error: unknown }> {
    try {
      const output = await this.run(items);
      if (output.results.length === items.length) return output;
      return { error: new Error(`${output.results.length} results for ${items.length} items. This is a bug.`) };
    } catch (error) {
      return { error };
    }
  }

  #deliver(batch: Batch<Item, Result>, { results, runMs }: RunOutput<Result>): void {
    const { rows, tokens, paddedTokens, queueMs } = batch;
    for (const { context, submittedAt } of batch.submissions) {
      context.timings.ran({ queueMs: batch.startedAt - submittedAt, runMs, rows, tokens });
    }
    for (const [i, one] of batch.queued.entries()) one.submission.deliver(one.index, results[i]!);
    this.onBatch({ rows, tokens, paddedTokens, queueMs, runMs });
  }

  /** Each item of a failed batch runs at most once more. */
  #recover(batch: Batch<Item, Result>, error: unknown): void {
    const advice = this.#options.retry(error);
    const worthwhile = advice === 'again' || (advice === 'apart' && batch.submissions.size > 1);
    for (const one of batch.queued) {
      if (one.submission.settled) continue;
      if (worthwhile && !one.retried) this.#queue.returnApart(one);
      else this.#fail(one.submission, error);
    }
  }

  #fail(submission: Submission<Item, Result>, reason: unknown): void {
    this.#queue.withdraw(submission);
    submission.fail(reason);
  }

  #continue(): void {
    if (this.#options.dispatch === 'now') this.#fillSlots();
    else if (!this.#queue.isEmpty) this.#turn.request();
    this.#noticeIdle();
  }

  #noticeIdle(): void {
    if (this.#running.size === 0 && this.#queue.isEmpty) this.#reportDrained?.();
  }

  #sumOfRunning(quantity: 'costMs' | 'workMs'): number {
    let sum = 0;
    for (const batch of this.#running) sum += batch[quantity];
    return sum;
  }
}
