import type { Priority, RequestContext } from '@cortex/kernel';
import { Batch } from './batch';
import { workOf } from './cost-model';
import { Lanes } from './lanes';
import { Planner, type BatchItem, type PlannerOptions } from './planner';
import { Submission, type QueuedItem } from './submission';

export interface BatchQueueOptions extends PlannerOptions {
  /** Slots that take from it. */
  readonly parallelism: number;
}

/** What waits, and which part of it runs next. It has no limit of its own: admission is the governor's. */
export class BatchQueue<Item extends BatchItem, Result> {
  readonly #lanes = new Lanes<QueuedItem<Item, Result>>();
  readonly #planner: Planner;
  #submissions = 0;

  constructor(private readonly options: BatchQueueOptions) {
    this.#planner = new Planner(options);
  }

  get isEmpty(): boolean {
    return this.#lanes.count === 0;
  }

  depth(priority: Priority): number {
    return this.#lanes.depth(priority);
  }

  /** Predicted milliseconds of everything that waits, in batches as full as the limits allow. */
  get costMs(): number {
    const { costModel, maxBatchRows, maxBatchTokens } = this.options;
    const batches = Math.ceil(Math.max(this.#lanes.rows / maxBatchRows, this.#lanes.tokens / maxBatchTokens));
    return this.#lanes.workMs + batches * costModel.c0;
  }

  /**
   * Items queue in their order. Their age counts from when each could have run had the submission been alone, so that a
   * large one does not keep small ones of its priority waiting.
   */
  add(items: readonly Item[], context: RequestContext, nowMs: number): Submission<Item, Result> {
    const { costModel, parallelism } = this.options;
    const submission = new Submission<Item, Result>(context, nowMs, items.length, (this.#submissions += 1));
    let since = nowMs;
    for (const item of items) {
      const workMs = workOf(costModel, item.rows, item.length);
      submission.add(item, since, workMs);
      since += workMs / parallelism;
    }
    this.#lanes.add(submission.queued);
    return submission;
  }

  /** Takes out the batch to run now; only when something waits. `runningMs`: the work in all running batches. */
  take(runningMs: number, nowMs: number): Batch<Item, Result> {
    const window = this.#lanes.mostUrgent(this.options.windowItems);
    const queued = this.#planner.next(window, this.#fairShareMs(runningMs));
    for (const one of queued) {
      this.#lanes.remove(one);
      one.waits = false;
    }
    return new Batch(queued, this.options.costModel, nowMs);
  }

  /** Puts an item back where it stood, from now on only beside items of its own submission. */
  returnApart(one: QueuedItem<Item, Result>): void {
    one.retried = true;
    one.waits = true;
    one.group = `${one.group}\u0000${one.submission.id}`;
    this.#lanes.add([one]);
  }

  /** Removes whatever of a submission still waits. */
  withdraw(submission: Submission<Item, Result>): void {
    for (const one of submission.queued) {
      if (!one.waits) continue;
      this.#lanes.remove(one);
      one.waits = false;
    }
  }

  /** One slot's part of all work, so that few rows do not fill one slot beside an idle one; not below the overhead. */
  #fairShareMs(runningMs: number): number {
    const { costModel, parallelism } = this.options;
    return parallelism === 1 ? Infinity : Math.max((this.#lanes.workMs + runningMs) / parallelism, costModel.c0);
  }
}
