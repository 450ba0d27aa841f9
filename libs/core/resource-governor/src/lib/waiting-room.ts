import { PRIORITIES, type Priority, type RequestContext } from '@cortex/kernel';
import type { Permit } from './permit';

export interface Waiter {
  readonly costMs: number;
  readonly since: number;
  readonly context: RequestContext;
  readonly enter: (permit: Permit) => void;
}

/** How much older a request must be to go before one of the next higher priority. */
const AGEING_MS = 500;

/** 0 is the most urgent. */
export const RANK = Object.fromEntries(PRIORITIES.map((priority, rank) => [priority, rank])) as Record<Priority, number>;

/** Those who wait, first the most urgent: by priority, but age counts, so nobody starves. */
export class WaitingRoom {
  /** Sorted by urgency, ascending; among equals first come, first served. */
  readonly #waiters: Waiter[] = [];
  /** The sum of the waiters' costs. */
  #waitingMs = 0;

  get waitingMs(): number {
    return this.#waitingMs;
  }

  get size(): number {
    return this.#waiters.length;
  }

  get first(): Waiter | undefined {
    return this.#waiters[0];
  }

  add(waiter: Waiter): void {
    this.#waiters.splice(this.#positionAfter(urgency(waiter.since, waiter.context.priority)), 0, waiter);
    this.#waitingMs += waiter.costMs;
  }

  /** Whether it was still here. */
  remove(waiter: Waiter): boolean {
    const position = this.first === waiter ? 0 : this.#waiters.indexOf(waiter);
    if (position < 0) return false;
    this.#waiters.splice(position, 1);
    this.#waitingMs -= waiter.costMs;
    return true;
  }

  /** The work that would go before a request of this priority that came now. */
  aheadMs(now: number, priority: Priority): number {
    const ahead = this.#waiters.slice(0, this.#positionAfter(urgency(now, priority)));
    return ahead.reduce((sum, { costMs }) => sum + costMs, 0);
  }

  counts(): Record<Priority, number> {
    const counts = { critical: 0, high: 0, medium: 0, low: 0 };
    for (const { context } of this.#waiters) counts[context.priority] += 1;
    return counts;
  }

  #positionAfter(value: number): number {
    let low = 0;
    let high = this.#waiters.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const waiter = this.#waiters[middle]!;
      if (urgency(waiter.since, waiter.context.priority) <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Smaller is more urgent. It never changes while waiting: everyone ages alike. */
function urgency(since: number, priority: Priority): number {
  return since + RANK[priority] * AGEING_MS;
}
