import { PRIORITIES, type Priority } from '@cortex/kernel';
import { RANKS, TenantQueue, levelOf, type Waiter } from './tenant-queue';

/** Tenants that are told apart; more share one queue. */
const MAX_TENANTS = 512;
const OTHERS = '';

/**
 * Those who wait. Of a priority the tenant goes first that was served least while it had to wait, of a tenant the first who
 * came; of the priorities the most urgent, but whoever is next rises one each 500 ms, so nobody starves.
 */
export class WaitingRoom {
  /** Those that have waiters, and some that had. */
  readonly #tenants = new Map<string, TenantQueue>();
  readonly #counts = new Array<number>(RANKS).fill(0);
  /** The start tag of whoever was served last: a tenant that comes back begins here, without credit for its absence. */
  #virtualMs = 0;
  #size = 0;
  /** The sum of the waiters' costs, exactly 0 when empty. */
  #waitingMs = 0;

  /** `seatMs`: what a waiter weighs besides its cost when tenants are compared, so that many small ones weigh too. */
  constructor(private readonly seatMs: number) {}

  get size(): number {
    return this.#size;
  }

  get waitingMs(): number {
    return this.#waitingMs;
  }

  /** The next to go, among those of a rank below `belowRank`. */
  first(now: number, belowRank = RANKS): Waiter | undefined {
    let first: Waiter | undefined;
    for (let rank = 0; rank < belowRank; rank += 1) {
      const head = this.#counts[rank]! > 0 ? this.#firstOf(rank) : undefined;
      if (head && (!first || goesBefore(head, first, now))) first = head;
    }
    return first;
  }

  /** Whether somebody of this rank, or a more urgent one, waits. */
  waitsUpTo(rank: number): boolean {
    for (let one = 0; one <= rank; one += 1) if (this.#counts[one]! > 0) return true;
    return false;
  }

  add(waiter: Waiter): void {
    const queue = this.#queueOf(waiter.tenant) ?? this.#newQueue(waiter.tenant);
    if (queue.count === 0) queue.startTag = Math.max(queue.startTag, this.#virtualMs);
    queue.add(waiter);
    waiter.queue = queue;
    this.#size += 1;
    this.#counts[waiter.rank]! += 1;
    this.#waitingMs += waiter.costMs;
  }

  /** Takes out whoever leaves unserved. */
  remove(waiter: Waiter): void {
    waiter.queue!.remove(waiter);
    this.#size -= 1;
    this.#counts[waiter.rank]! -= 1;
    this.#waitingMs = Math.max(0, this.#waitingMs - waiter.costMs);
    if (this.#size === 0) this.#begin();
  }

  /** Takes out whoever is served now. */
  serve(waiter: Waiter): void {
    const queue = waiter.queue!;
    this.#virtualMs = Math.max(this.#virtualMs, queue.startTag);
    queue.startTag += waiter.costMs;
    this.remove(waiter);
  }

  /** Work that surely goes before a newcomer: its tenant's, and of each other tenant the share that fairness gives it by then. */
  aheadMs(tenant: string, rank: number): number {
    const own = this.#queueOf(tenant);
    const ownMs = own?.costUpTo(rank) ?? 0;
    const startTag = Math.max(this.#virtualMs, own?.startTag ?? 0) + ownMs;
    let sum = ownMs;
    for (const queue of this.#tenants.values()) {
      if (queue !== own) sum += Math.min(queue.costUpTo(rank), Math.max(0, startTag - queue.startTag));
    }
    return sum;
  }

  /**
   * Who must go to make room for a newcomer: the last of the tenant that holds the most, which then still holds no less than
   * the newcomer's. More urgent ones go only for a tenant of whom nobody waits, so that it is never shut out. Nobody when
   * there is no such tenant: then the newcomer is the one too many.
   */
  victimsOf({ tenant, rank, costMs }: Pick<Waiter, 'tenant' | 'rank' | 'costMs'>): readonly Waiter[] {
    const own = this.#queueOf(tenant);
    const heaviest = this.#heaviest();
    let spareMs = this.#weightOf(heaviest) - this.#weightOf(own) - costMs - this.seatMs;
    let missingMs = costMs;
    const victims: Waiter[] = [];
    for (const waiter of heaviest?.fromTheEnd(own?.count ? rank : 0) ?? []) {
      victims.push(waiter);
      missingMs -= waiter.costMs;
      spareMs -= waiter.costMs + this.seatMs;
      if (missingMs <= 0 || spareMs < 0) break;
    }
    return missingMs <= 0 && spareMs >= 0 ? victims : [];
  }

  counts(): Record<Priority, number> {
    return Object.fromEntries(PRIORITIES.map((priority, rank) => [priority, this.#counts[rank]!])) as Record<Priority, number>;
  }

  /** Of the tenant that was served least: how long others of this priority wait is their tenant's doing, not its own. */
  #firstOf(rank: number): Waiter | undefined {
    let first: Waiter | undefined;
    for (const queue of this.#tenants.values()) {
      const head = queue.head(rank);
      if (head && (!first || wasServedLess(head, first))) first = head;
    }
    return first;
  }

  #queueOf(tenant: string): TenantQueue | undefined {
    return this.#tenants.get(tenant) ?? this.#tenants.get(OTHERS);
  }

  #newQueue(tenant: string): TenantQueue {
    if (this.#tenants.size >= MAX_TENANTS) this.#forgetIdle();
    const queue = new TenantQueue();
    this.#tenants.set(this.#tenants.size >= MAX_TENANTS ? OTHERS : tenant, queue);
    return queue;
  }

  #forgetIdle(): void {
    for (const [tenant, queue] of this.#tenants) if (queue.count === 0) this.#tenants.delete(tenant);
  }

  /** Nobody waits, so nobody is behind: everyone begins anew. */
  #begin(): void {
    this.#tenants.clear();
    this.#virtualMs = 0;
    this.#waitingMs = 0;
  }

  #heaviest(): TenantQueue | undefined {
    let heaviest: TenantQueue | undefined;
    for (const queue of this.#tenants.values()) if (this.#weightOf(queue) > this.#weightOf(heaviest)) heaviest = queue;
    return heaviest;
  }

  #weightOf(queue: TenantQueue | undefined): number {
    return queue ? queue.costUpTo(RANKS - 1) + queue.count * this.seatMs : 0;
  }
}

/** By level, then by what their tenants were served. */
function goesBefore(one: Waiter, other: Waiter, now: number): boolean {
  const levels = levelOf(one, now) - levelOf(other, now);
  return levels === 0 ? wasServedLess(one, other) : levels < 0;
}

/** By what their tenants were served, then by arrival. */
function wasServedLess(one: Waiter, other: Waiter): boolean {
  const served = one.queue!.startTag - other.queue!.startTag;
  return served === 0 ? one.since < other.since : served < 0;
}
