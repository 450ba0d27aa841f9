import { setMaxListeners } from 'node:events';
import type { Priority, RequestContext } from '@cortex/kernel';
import type { Waiter } from './lanes';
import type { BatchItem } from './planner';

/** One item of a submission on its way through the batcher. */
export class QueuedItem<Item extends BatchItem, Result> implements Waiter<QueuedItem<Item, Result>> {
  ahead: QueuedItem<Item, Result> | undefined;
  behind: QueuedItem<Item, Result> | undefined;
  /** Whether it stands in a lane. */
  waits = true;
  /** Whether a batch with it has failed, so that it runs for the second and last time. */
  retried = false;
  readonly rows: number;
  readonly length: number;
  group: string;

  constructor(
    readonly item: Item,
    readonly submission: Submission<Item, Result>,
    readonly index: number,
    readonly since: number,
    readonly workMs: number,
  ) {
    this.rows = item.rows;
    this.length = item.length;
    this.group = item.group;
  }

  get priority(): Priority {
    return this.submission.context.priority;
  }
}

/** What one caller waits for: every item's result, or the first failure, or the end of its own patience. */
export class Submission<Item extends BatchItem, Result> {
  readonly queued: QueuedItem<Item, Result>[] = [];
  readonly promise: Promise<Result[]>;
  settled = false;
  readonly #results: Result[];
  /** Items without a result; the submission succeeds when it reaches 0. */
  #missing: number;
  #resolve!: (results: Result[]) => void;
  #reject!: (reason: unknown) => void;
  #stopListening: (() => void) | undefined;

  /** `id` is its own within the batcher. */
  constructor(readonly context: RequestContext, readonly submittedAt: number, size: number, readonly id: number) {
    this.#missing = size;
    this.#results = new Array<Result>(size);
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get waits(): boolean {
    return this.queued.some((one) => one.waits);
  }

  add(item: Item, since: number, workMs: number): void {
    this.queued.push(new QueuedItem(item, this, this.queued.length, since, workMs));
  }

  /** Calls `leave` when the caller goes, unless the submission has settled before. */
  onCallerGone(leave: () => void): void {
    const { signal } = this.context;
    // One request may have many submissions out; Node would print more than ten listeners as a leak.
    setMaxListeners(Infinity, signal);
    signal.addEventListener('abort', leave, { once: true });
    this.#stopListening = () => signal.removeEventListener('abort', leave);
  }

  /** Without effect once it has settled, as is `fail`. */
  deliver(index: number, result: Result): void {
    this.#results[index] = result;
    this.#missing -= 1;
    if (this.#missing > 0) return;
    this.#settle();
    this.#resolve(this.#results);
  }

  fail(reason: unknown): void {
    this.#settle();
    this.#reject(reason);
  }

  #settle(): void {
    this.settled = true;
    this.#stopListening?.();
  }
}
