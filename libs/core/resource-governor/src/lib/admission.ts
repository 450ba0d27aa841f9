import { RANK, type Clock, type CortexError, type Priority, type RequestContext } from '@cortex/kernel';
import type { AdaptiveLimit } from './adaptive-limit';
import { DeadlineUnreachableError, OverloadedError } from './governor.errors';
import type { GovernorOptions } from './governor.options';
import { Occupancy } from './occupancy';
import type { Waiter } from './tenant-queue';
import { WaitingRoom } from './waiting-room';

/** How much of the waiting limit each priority may fill, so that bulk work is refused while urgent work still finds room. */
const SHARE: Record<Priority, number> = { critical: 1, high: 0.9, medium: 0.8, low: 0.5 };

/** A place behind the door. Calling it, once, gives the place back. */
export type Seat = () => void;

/** Lets work in while its predicted cost fits the limit; the rest waits in fair order or is refused at the door. */
export class Admission {
  readonly #occupancy = new Occupancy();
  readonly #room: WaitingRoom;

  constructor(private readonly options: GovernorOptions, private readonly clock: Clock, private readonly limit: AdaptiveLimit) {
    this.#room = new WaitingRoom(options.waitingLimitMs / options.maxWaiting);
  }

  get inUseMs(): number {
    return this.#occupancy.totalMs;
  }

  get isRoomEmpty(): boolean {
    return this.#room.size === 0;
  }

  get waitingMs(): number {
    return this.#room.waitingMs;
  }

  get waiting(): Readonly<Record<Priority, number>> {
    return this.#room.counts();
  }

  /** How full the room is, 1 being where medium requests are refused. */
  get crowding(): number {
    const { waitingLimitMs, maxWaiting } = this.options;
    return Math.max(this.#room.waitingMs / (waitingLimitMs || 1), this.#room.size / maxWaiting) / SHARE.medium;
  }

  /** @throws OverloadedError, DeadlineUnreachableError, or the signal's reason when the caller leaves */
  enter(costMs: number, context: RequestContext): Seat | Promise<Seat> {
    const chargeMs = this.#chargeOf(costMs);
    if (this.#mayPass(chargeMs, context)) {
      this.#notePassing(this.#front, chargeMs);
      return this.#seat(chargeMs, context);
    }
    const refusal = this.#refusalOf(chargeMs, context);
    if (refusal) throw refusal;
    const victims = this.#isFull(chargeMs, context.priority) ? this.#victimsOf(chargeMs, context) : [];
    for (const victim of victims) this.#displace(victim);
    const seat = this.#wait(chargeMs, context);
    if (victims.length > 0) this.#letIn();
    return seat;
  }

  /** What `enter` would do, with the least time that it would wait or the error that it would throw. */
  forecast(costMs: number, context: RequestContext): { readonly outcome: 'admitted' | 'waits'; readonly waitMs: number; readonly refusal?: CortexError } {
    const chargeMs = this.#chargeOf(costMs);
    if (this.#mayPass(chargeMs, context)) return { outcome: 'admitted', waitMs: 0 };
    const refusal = this.#refusalOf(chargeMs, context);
    return { outcome: 'waits', waitMs: this.#waitMs(context), ...(refusal && { refusal }) };
  }

  /** Why a request would be refused however small it is. */
  refusalOfAny(context: RequestContext): CortexError | undefined {
    return this.#mayPass(0, context) ? undefined : this.#refusalOf(0, context);
  }

  /** One request is charged at most what leaves room for one a core and one more: the largest never shuts the door on its equals. */
  #chargeOf(costMs: number, limitMs = this.options.budgetMs): number {
    return Math.min(costMs, limitMs / (this.options.parallelism + 1));
  }

  #fits(chargeMs: number, rank: number): boolean {
    const { limitMs } = this.limit;
    return this.#occupancy.fits(this.#chargeOf(chargeMs, limitMs), rank, limitMs);
  }

  /** A newcomer passes those of lower priority who wait, if it fits: it sees less of the house than they do. */
  #mayPass(chargeMs: number, { priority }: RequestContext): boolean {
    const rank = RANK[priority];
    if (!this.#fits(chargeMs, rank)) return false;
    return this.#room.size === 0 || (!this.#room.waitsUpTo(rank) && (rank === RANK.critical || !this.#isOverdue(this.#front!)));
  }

  get #front(): Waiter | undefined {
    return this.#room.size === 0 ? undefined : this.#room.first(this.clock.now());
  }

  /** A houseful of more urgent work may pass whoever stands at the front and does not fit; then only critical work does. */
  #isOverdue({ passedMs = 0 }: Waiter): boolean {
    return passedMs >= this.options.budgetMs;
  }

  #notePassing(front: Waiter | undefined, chargeMs: number): void {
    if (front) front.passedMs = (front.passedMs ?? 0) + chargeMs;
  }

  #seat(chargeMs: number, { priority, timings }: RequestContext): Seat {
    const rank = RANK[priority];
    const { limitMs, generation } = this.limit;
    const takenMs = this.#chargeOf(chargeMs, limitMs);
    this.#occupancy.take(takenMs, rank);
    return () => {
      this.#occupancy.give(takenMs, rank);
      const { queueMs } = timings;
      if (queueMs !== undefined) this.limit.observe({ queueMs, generation, pressed: this.#room.size > 0 }, this.clock.now());
      this.#letIn();
    };
  }

  #wait(costMs: number, context: RequestContext): Promise<Seat> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#room.remove(waiter);
        reject(context.signal.reason);
        this.#letIn();
      };
      const waiter: Waiter = {
        costMs,
        tenant: context.tenant,
        priority: context.priority,
        rank: RANK[context.priority],
        since: this.clock.now(),
        enter: () => {
          context.signal.removeEventListener('abort', leave);
          context.timings.admissionMs = this.clock.now() - waiter.since;
          resolve(this.#seat(costMs, context));
        },
        refuse: (reason) => {
          context.signal.removeEventListener('abort', leave);
          reject(reason);
        },
      };
      context.signal.addEventListener('abort', leave, { once: true });
      this.#room.add(waiter);
    });
  }

  #letIn(): void {
    if (this.#room.size === 0) return;
    const now = this.clock.now();
    for (let next = this.#next(now); next; next = this.#next(now)) {
      this.#room.serve(next);
      next.enter();
    }
  }

  /** The first who fits. Those of a higher priority pass one who does not. */
  #next(now: number): Waiter | undefined {
    const front = this.#room.first(now);
    let next = front;
    while (next && !this.#fits(next.costMs, next.rank)) {
      next = this.#room.first(now, this.#isOverdue(next) ? Math.min(next.rank, RANK.high) : next.rank);
    }
    if (next && next !== front) this.#notePassing(front, next.costMs);
    return next;
  }

  /** Counts only what surely goes before it, so that nothing that could make it is refused. */
  #refusalOf(chargeMs: number, context: RequestContext): OverloadedError | DeadlineUnreachableError | undefined {
    const leftMs = context.deadlineMs - this.clock.now();
    const waitMs = leftMs === Infinity ? 0 : this.#waitMs(context);
    if (waitMs > leftMs) return new DeadlineUnreachableError(waitMs, leftMs);
    if (!this.#isFull(chargeMs, context.priority) || this.#victimsOf(chargeMs, context).length > 0) return undefined;
    return this.#overloaded(chargeMs, context.priority);
  }

  #waitMs({ tenant, priority }: RequestContext): number {
    return this.#room.aheadMs(tenant, RANK[priority]) / this.options.parallelism;
  }

  #isFull(chargeMs: number, priority: Priority): boolean {
    const { waitingLimitMs, maxWaiting } = this.options;
    return this.#room.waitingMs + chargeMs > waitingLimitMs * SHARE[priority] || this.#room.size >= maxWaiting * SHARE[priority];
  }

  #victimsOf(costMs: number, { tenant, priority }: RequestContext): readonly Waiter[] {
    return this.#room.victimsOf({ tenant, costMs, rank: RANK[priority] });
  }

  #displace(victim: Waiter): void {
    this.#room.remove(victim);
    victim.refuse(this.#overloaded(victim.costMs, victim.priority));
  }

  #overloaded(chargeMs: number, priority: Priority): OverloadedError {
    const waitingMs = this.#room.waitingMs + chargeMs;
    const limitMs = this.options.waitingLimitMs * SHARE[priority];
    const excessMs = Math.max(waitingMs - limitMs, 0) + this.#occupancy.seenBy(RANK[priority]);
    return new OverloadedError(priority, waitingMs, limitMs, Math.ceil(excessMs / this.options.parallelism) + 1);
  }
}
