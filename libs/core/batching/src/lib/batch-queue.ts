import { PRIORITIES, RANK, type Priority, type RequestContext } from '@cortex/kernel';
import { Batch } from './batch';
import { workOf } from './cost-model';
import { Lanes } from './lanes';
import { Planner, type BatchItem, type PlannerOptions } from './planner';
import { Submission, type QueuedItem } from './submission';

export interface BatchQueueOptions extends PlannerOptions {
  /** Slots that take from it. */
  readonly parallelism: number;
}

/** Work of a priority stays polite for so long after a more urgent submission came: the next one will not be far. */
const POLITE_FOR_MS = 2_000;
/** Predicted milliseconds of a polite batch, one row at least: so long does the urgent row wait for a slot at worst. Not below some start-up costs, or little else would be done. */
const POLITE_BATCH_MS = 3;
const POLITE_START_UPS = 2;

/** What waits, and which part of it runs next. It has no limit of its own: admission is the governor's. */
export class BatchQueue<Item extends BatchItem, Result> {
  readonly #lanes = new Lanes<QueuedItem<Item, Result>>();
  readonly #planner: Planner;
  #submissions = 0;
  /** When a submission of each rank last came. */
  readonly #lastCameMs = PRIORITIES.map(() => -Infinity);

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
    this.#lastCameMs[RANK[context.priority]] = nowMs;
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
    const rank = RANK[window[0]!.priority];
    // A batch takes as long for its most urgent row as for all: less urgent rows do not ride along.
    const peers = window.some((one) => RANK[one.priority] > rank) ? window.filter((one) => RANK[one.priority] <= rank) : window;
    const queued = this.#planner.next(peers, Math.min(this.#fairShareMs(runningMs), this.#politeMs(rank, nowMs)));
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

  /** The work that a batch of this rank may hold, so that a more urgent row finds a slot soon. */
  #politeMs(rank: number, nowMs: number): number {
    for (let above = 0; above < rank; above += 1) {
      if (nowMs - this.#lastCameMs[above]! < POLITE_FOR_MS) return Math.max(POLITE_BATCH_MS, POLITE_START_UPS * this.options.costModel.c0);
    }
    return Infinity;
  }

  /** One slot's part of all work, so that few rows do not fill one slot beside an idle one; not below the overhead. */
  #fairShareMs(runningMs: number): number {
    const { costModel, parallelism } = this.options;
    return parallelism === 1 ? Infinity : Math.max((this.#lanes.workMs + runningMs) / parallelism, costModel.c0);
  }
}
