import { PRIORITIES, type Priority } from '@cortex/kernel';
import { Lane, type LaneItem } from './lane';

/** Somebody who waits for a seat. */
export interface Waiter extends LaneItem<Waiter> {
  /** What it will be charged, in predicted milliseconds of one core. */
  readonly costMs: number;
  readonly tenant: string;
  readonly priority: Priority;
  readonly rank: number;
  readonly since: number;
  /** Charges of those who passed it while it stood at the front and did not fit. */
  passedMs?: number;
  /** Where it stands; set by the room. */
  queue?: TenantQueue;
  enter(): void;
  refuse(reason: Error): void;
}

/** How much older a request must be to count as one of the next higher priority. */
const AGEING_MS = 500;

export const RANKS: number = PRIORITIES.length;

/** 0 is the most urgent: the rank, one less for each ageing step that it has waited. */
export function levelOf({ rank, since }: Waiter, now: number): number {
  return Math.max(0, rank - Math.floor((now - since) / AGEING_MS));
}

/** Those of one tenant who wait: a lane a priority, in each by arrival. */
export class TenantQueue {
  /**
   * The virtual time at which the next of this tenant starts: the sum of what it was served since it has had to wait.
   * Source: start-time fair queueing, Goyal, Vin, Cheng 1996.
   */
  startTag = 0;
  readonly #lanes = Array.from({ length: RANKS }, () => new Lane<Waiter>());

  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Of those of this rank and more urgent ones. */
  costUpTo(rank: number): number {
    let sum = 0;
    for (let lane = 0; lane <= rank; lane += 1) sum += this.#lanes[lane]!.costMs;
    return sum;
  }

  add(waiter: Waiter): void {
    this.#lanes[waiter.rank]!.add(waiter);
    this.#count += 1;
  }

  remove(waiter: Waiter): void {
    this.#lanes[waiter.rank]!.remove(waiter);
    this.#count -= 1;
  }

  /** The first who came of this rank. */
  head(rank: number): Waiter | undefined {
    return this.#lanes[rank]!.first;
  }

  /** From the one who can best be spared (the least urgent lane, in it the last who came) up to those of `lastRank`. */
  *fromTheEnd(lastRank: number): Iterable<Waiter> {
    for (let rank = RANKS - 1; rank >= lastRank; rank -= 1) {
      for (let waiter = this.#lanes[rank]!.last; waiter; waiter = waiter.previous) yield waiter;
    }
  }
}
