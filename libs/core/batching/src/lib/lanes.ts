import { PRIORITIES, type Priority } from '@cortex/kernel';
import type { BatchItem } from './planner';

/** Who may stand in a lane. `Self` is the implementing type; the links belong to the lane. */
export interface Waiter<Self> extends BatchItem {
  readonly priority: Priority;
  /** The time that its age counts from, on the Clock. */
  readonly since: number;
  /** Predicted milliseconds it adds to a batch. */
  readonly workMs: number;
  ahead: Self | undefined;
  behind: Self | undefined;
}

/** How much older an item must be to go before one of the next higher priority: longer than a backlog usually waits, or bulk work would pass whoever comes. */
export const AGEING_MS = 5_000;

/** One priority's queue, sorted by `since`; a linked list, because batches are taken from its middle. */
class Lane<W extends Waiter<W>> {
  first: W | undefined;
  last: W | undefined;
  count = 0;

  /** `handicapMs` is added to `since` when lanes are compared. */
  constructor(readonly handicapMs: number) {}

  insertBehind(ahead: W | undefined, waiter: W): void {
    const behind = ahead ? ahead.behind : this.first;
    waiter.ahead = ahead;
    waiter.behind = behind;
    if (ahead) ahead.behind = waiter;
    else this.first = waiter;
    if (behind) behind.ahead = waiter;
    else this.last = waiter;
    this.count += 1;
  }

  remove(waiter: W): void {
    const { ahead, behind } = waiter;
    if (ahead) ahead.behind = behind;
    else this.first = behind;
    if (behind) behind.ahead = ahead;
    else this.last = ahead;
    waiter.ahead = waiter.behind = undefined;
    this.count -= 1;
  }
}

/** Those who wait, a lane a priority. Age counts as much as priority, so bulk progresses and nobody starves. */
export class Lanes<W extends Waiter<W>> {
  readonly #lanes: Readonly<Record<Priority, Lane<W>>>;
  readonly #all: readonly Lane<W>[];
  /** The sums over everyone in a lane. */
  #count = 0;
  #rows = 0;
  #tokens = 0;
  #workMs = 0;

  constructor() {
    const [critical, high, medium, low] = PRIORITIES.map((_, rank) => new Lane<W>(rank * AGEING_MS));
    this.#lanes = { critical: critical!, high: high!, medium: medium!, low: low! };
    this.#all = Object.values(this.#lanes);
  }

  get count(): number {
    return this.#count;
  }

  get rows(): number {
    return this.#rows;
  }

  get tokens(): number {
    return this.#tokens;
  }

  get workMs(): number {
    return this.#workMs;
  }

  depth(priority: Priority): number {
    return this.#lanes[priority].count;
  }

  /** `waiters` are of one priority, ascending by `since`: one walk from the end finds a place for all of them. */
  add(waiters: readonly W[]): void {
    let ahead = waiters[0] && this.#lanes[waiters[0].priority].last;
    for (let i = waiters.length - 1; i >= 0; i -= 1) {
      const waiter = waiters[i]!;
      while (ahead && ahead.since > waiter.since) ahead = ahead.ahead;
      this.#lanes[waiter.priority].insertBehind(ahead, waiter);
      this.#tally(waiter, 1);
    }
  }

  /** Only for one who stands in a lane. */
  remove(waiter: W): void {
    this.#lanes[waiter.priority].remove(waiter);
    this.#tally(waiter, -1);
    if (this.#count === 0) this.#workMs = 0;
  }

  /** The `limit` most urgent, most urgent first: since + rank x AGEING_MS, which never changes while they wait. */
  mostUrgent(limit: number): W[] {
    const heads = this.#all.map((lane) => lane.first);
    const urgent: W[] = [];
    while (urgent.length < limit) {
      const rank = this.#mostUrgentOf(heads);
      const waiter = heads[rank];
      if (!waiter) break;
      urgent.push(waiter);
      heads[rank] = waiter.behind;
    }
    return urgent;
  }

  #mostUrgentOf(heads: readonly (W | undefined)[]): number {
    let least = Infinity;
    let best = 0;
    for (let rank = 0; rank < heads.length; rank += 1) {
      const urgency = heads[rank] ? heads[rank]!.since + this.#all[rank]!.handicapMs : Infinity;
      if (urgency < least) {
        least = urgency;
        best = rank;
      }
    }
    return best;
  }

  #tally(waiter: W, sign: 1 | -1): void {
    this.#count += sign;
    this.#rows += sign * waiter.rows;
    this.#tokens += sign * waiter.rows * waiter.length;
    this.#workMs += sign * waiter.workMs;
  }
}
