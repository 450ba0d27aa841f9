import { throwIfLeft, type Clock, type Metric, type Priority, type RequestContext, type Telemetry } from '@cortex/kernel';
import { DeadlineUnreachableError, OverloadedError } from './governor.errors';
import type { GovernorOptions } from './governor.options';
import { Permit } from './permit';
import { RANK, WaitingRoom, type Waiter } from './waiting-room';

const ADMISSIONS: Metric<'outcome' | 'reason'> = {
  name: 'cortex_admission_total',
  help: 'Requests at the door of the resource governor',
  labels: ['outcome', 'reason'],
};

/** How much of the waiting limit each priority may fill, so that bulk work is refused while urgent work still finds room. */
const SHARE: Record<Priority, number> = { critical: 1, high: 0.9, medium: 0.8, low: 0.5 };

/** What the governor holds now; all sums in predicted milliseconds of one core. */
export interface GovernorState {
  readonly inUseMs: number;
  readonly budgetMs: number;
  readonly waitingMs: number;
  readonly waitingLimitMs: number;
  readonly waiting: Readonly<Record<Priority, number>>;
}

/** Lets work in while its predicted cost fits the budget; the rest waits by urgency or is refused at the door. */
export class Governor {
  /** Charges of the permits that are out, by rank. A request sees only those of its own priority and above. */
  readonly #inUseMs = [0, 0, 0, 0];
  readonly #room = new WaitingRoom();
  readonly #admitted: () => void;
  readonly #refused: Record<'overloaded' | 'deadline' | 'left', () => void>;

  constructor(private readonly options: GovernorOptions, private readonly clock: Clock, telemetry: Telemetry) {
    const refused = (reason: string) => telemetry.counter(ADMISSIONS, { outcome: 'refused', reason });
    this.#admitted = telemetry.counter(ADMISSIONS, { outcome: 'admitted', reason: 'none' });
    this.#refused = { overloaded: refused('overloaded'), deadline: refused('deadline'), left: refused('left') };
  }

  /**
   * Grants a permit for `costMs` predicted milliseconds of one core, at once or after waiting.
   * @throws OverloadedError, DeadlineUnreachableError, or the signal's reason when the caller leaves.
   */
  admit(costMs: number, context: RequestContext): Permit | Promise<Permit> {
    throwIfLeft(context);
    const chargeMs = this.#chargeOf(costMs);
    const { first } = this.#room;
    if (!this.#fits(chargeMs, context.priority) || (first && !goesBefore(context, first))) return this.#queue(chargeMs, context);
    return this.#grant(chargeMs, context.priority);
  }

  state(): GovernorState {
    return {
      inUseMs: this.#inUseMs.reduce((sum, ms) => sum + ms, 0),
      budgetMs: this.options.budgetMs,
      waitingMs: this.#room.waitingMs,
      waitingLimitMs: this.options.waitingLimitMs,
      waiting: this.#room.counts(),
    };
  }

  /** One request is charged at most half of the budget, so that the largest never shuts the door on its equals. */
  #chargeOf(costMs: number): number {
    return Math.min(costMs, this.options.budgetMs / 2);
  }

  #fits(chargeMs: number, priority: Priority): boolean {
    const seenMs = this.#seenBy(priority);
    return seenMs === 0 || seenMs + chargeMs <= this.options.budgetMs;
  }

  #seenBy(priority: Priority): number {
    let sum = 0;
    for (let rank = 0; rank <= RANK[priority]; rank += 1) sum += this.#inUseMs[rank]!;
    return sum;
  }

  #grant(chargeMs: number, priority: Priority): Permit {
    const rank = RANK[priority];
    this.#inUseMs[rank]! += chargeMs;
    this.#admitted();
    return new Permit(chargeMs, () => {
      // Sums of fractions drift: an empty house is exactly 0.
      this.#inUseMs[rank] = Math.max(0, this.#inUseMs[rank]! - chargeMs);
      if (this.#inUseMs[rank]! < 1e-6) this.#inUseMs[rank] = 0;
      this.#letIn();
    });
  }

  #queue(chargeMs: number, context: RequestContext): Promise<Permit> {
    this.#refuseIfFull(chargeMs, context);
    this.#refuseIfTooLate(context);
    return this.#wait(chargeMs, context);
  }

  #wait(costMs: number, context: RequestContext): Promise<Permit> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#room.remove(waiter);
        this.#refused.left();
        reject(context.signal.reason);
        this.#letIn();
      };
      const enter = (permit: Permit) => {
        context.signal.removeEventListener('abort', leave);
        resolve(permit);
      };
      const waiter: Waiter = { costMs, since: this.clock.now(), context, enter };
      context.signal.addEventListener('abort', leave, { once: true });
      this.#room.add(waiter);
    });
  }

  #letIn(): void {
    for (let next = this.#room.first; next && this.#fits(next.costMs, next.context.priority); next = this.#room.first) {
      this.#room.remove(next);
      next.enter(this.#grant(next.costMs, next.context.priority));
    }
  }

  #refuseIfFull(chargeMs: number, { priority }: RequestContext): void {
    const waitingMs = this.#room.waitingMs + chargeMs;
    const limitMs = this.options.waitingLimitMs * SHARE[priority];
    const crowded = this.#room.size >= this.options.maxWaiting * SHARE[priority];
    if (waitingMs <= limitMs && !crowded) return;
    this.#refused.overloaded();
    const excessMs = Math.max(waitingMs - limitMs, 0) + this.#seenBy(priority);
    throw new OverloadedError(priority, waitingMs, limitMs, Math.ceil(excessMs / this.options.parallelism) + 1);
  }

  /** Counts only what surely goes before it, so that nothing that could make it is refused. */
  #refuseIfTooLate({ deadlineMs, priority }: RequestContext): void {
    if (deadlineMs === Infinity) return;
    const now = this.clock.now();
    const waitMs = this.#room.aheadMs(now, priority) / this.options.parallelism;
    if (waitMs <= deadlineMs - now) return;
    this.#refused.deadline();
    throw new DeadlineUnreachableError(waitMs, deadlineMs - now);
  }
}

/** A newcomer passes those who wait only by a higher priority; the room orders the rest. */
function goesBefore(context: RequestContext, waiter: Waiter): boolean {
  return RANK[context.priority] < RANK[waiter.context.priority];
}
