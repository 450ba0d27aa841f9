import { CortexError, codeOf, hasLeft, throwIfLeft, type Clock, type Priority, type RequestContext, type Telemetry } from '@cortex/kernel';
import { AdaptiveLimit } from './adaptive-limit';
import { Admission, type Seat } from './admission';
import { AdmissionCounts } from './admission-counts';
import { Cashier, type LedgerTotals } from './cashier';
import { DecisionLog, type Decision, type NotedDecision } from './decision-log';
import type { Demand } from './demand';
import type { Every } from './every';
import type { GovernorOptions } from './governor.options';
import type { HostState } from './host-watch';
import { MemoryReservationLedger } from './memory-reservation-ledger';
import { Permit } from './permit';
import type { Reservation, ReservationLedger } from './reservation-ledger.port';
import type { ResourceProbe } from './resource-probe.port';
import type { Stage } from './stage';
import { Strain } from './strain';

/** What the governor holds now; all sums in predicted milliseconds of one core. */
export interface GovernorState {
  readonly stage: Stage;
  readonly inUseMs: number;
  /** What may be in use now; it moves between the floor and the budget. */
  readonly limitMs: number;
  readonly floorMs: number;
  readonly budgetMs: number;
  readonly waitingMs: number;
  readonly waitingLimitMs: number;
  readonly waiting: Readonly<Record<Priority, number>>;
  /** The machine, where a probe looks at it. */
  readonly host?: HostState;
}

/** The state with what the callers' budgets hold and have spent. */
export interface GovernorReport extends GovernorState {
  readonly ledger: readonly LedgerTotals[];
}

/** What would happen to a request that came now. `waitMs` is the least that it would wait; `reason` an error's code. */
export interface Forecast {
  readonly outcome: 'admitted' | 'waits' | 'refused';
  readonly waitMs: number;
  readonly reason?: string;
  readonly retryAfterMs?: number;
}

/** What a governor may be given: by default a ledger of this process, no probe, the process's timers and time. */
export interface GovernorParts {
  readonly ledger?: ReservationLedger | undefined;
  readonly probe?: ResourceProbe | undefined;
  readonly every?: Every | undefined;
  /** Milliseconds since 1970. */
  readonly wallNow?: (() => number) | undefined;
}

interface Errand {
  readonly demand: Demand;
  readonly context: RequestContext;
  readonly reservation?: Reservation;
}

/** Decides how much may be: by the machine's strain, the caller's budgets and the room there is. */
export class Governor implements Disposable {
  readonly #log: DecisionLog;
  readonly #limit: AdaptiveLimit;
  readonly #admission: Admission;
  readonly #cashier: Cashier;
  readonly #strain: Strain;
  readonly #counts: AdmissionCounts;

  constructor(private readonly options: GovernorOptions, clock: Clock, telemetry: Telemetry, parts: GovernorParts = {}) {
    const { wallNow = Date.now, probe, every, ledger = new MemoryReservationLedger({ clock, wallNow }) } = parts;
    this.#log = new DecisionLog(wallNow);
    this.#limit = new AdaptiveLimit(options, (move) => this.note({ kind: 'limit', reason: move.limitMs < move.beforeMs ? 'shrunk' : 'grown', figures: { ...move } }));
    this.#admission = new Admission(options, clock, this.#limit);
    this.#cashier = new Cashier(ledger, options.maxWaiting, (error) => this.note({ kind: 'fault', reason: codeOf(error), subject: 'ledger' }));
    this.#strain = new Strain(options, { clock, probe, every, log: this.#log });
    this.#counts = new AdmissionCounts(telemetry);
  }

  /**
   * Grants a permit, at once or after waiting, when all of the caller's budgets have given what is demanded.
   * @throws LoadShedError, OutOfMemoryError, BudgetExhaustedError, OverloadedError, DeadlineUnreachableError, what the ledger
   * throws, or the signal's reason when the caller leaves
   */
  admit(demand: Demand, context: RequestContext): Permit | Promise<Permit> {
    throwIfLeft(context);
    this.#lookAtRoom();
    const { budgets } = context;
    try {
      this.#strain.check(context.priority, this.#backlogMs());
      if (!budgets?.length) return this.#enter({ demand, context });
      const reservation = this.#cashier.reserve(demand, budgets);
      if (reservation instanceof Promise) return this.#afterReserving(reservation, { demand, context });
      return this.#enter({ demand, context, reservation });
    } catch (error) {
      throw this.#refused(error, context);
    }
  }

  /**
   * For a request whose cost is not known yet: refuses what `admit` would refuse whatever it costs, before anything is spent on reading it.
   * @throws LoadShedError, OutOfMemoryError, OverloadedError
   */
  glance(context: RequestContext): void {
    if (this.stage === 'normal' && this.#admission.isRoomEmpty) return;
    const refusal = this.#strain.refusalOf(context.priority, this.#backlogMs()) ?? this.#admission.refusalOfAny(context);
    if (refusal) throw this.#refused(refusal, context);
  }

  /**
   * Takes from the caller's budgets what needs no room, such as an answer from a cache.
   * @throws BudgetExhaustedError, LedgerFullError, or what the ledger throws
   */
  charge(demand: Demand, context: RequestContext): void | Promise<void> {
    const { budgets } = context;
    if (!budgets?.length) return;
    try {
      const reservation = this.#cashier.reserve(demand, budgets);
      if (reservation instanceof Promise) return this.#chargeLater(reservation, { demand, context });
      this.#cashier.settle(reservation, demand, {});
    } catch (error) {
      throw this.#refused(error, context);
    }
  }

  /** What `admit` would do now; changes nothing. */
  async forecast(demand: Demand, context: RequestContext): Promise<Forecast> {
    const { outcome, waitMs, refusal } = this.#admission.forecast(demand.cpuMs, context);
    const earlier = this.#strain.refusalOf(context.priority, this.#backlogMs()) ?? (await this.#cashier.refusalOf(demand, context.budgets ?? []));
    const why = earlier ?? refusal;
    return why ? refused(why) : { outcome, waitMs };
  }

  /** How severe the strain is now. */
  get stage(): Stage {
    return this.#strain.stage;
  }

  /** Calls the listener whenever the stage changes, until it is disposed. */
  onStage(listener: (stage: Stage) => void): Disposable {
    return this.#strain.onStage(listener);
  }

  /** Adds a decision of somebody who acts for the governor. */
  note(decision: Decision): void {
    this.#log.note(decision);
  }

  /** The last 256, the latest first. */
  decisions(): readonly NotedDecision[] {
    return this.#log.latest();
  }

  state(): GovernorState {
    const { budgetMs, waitingLimitMs } = this.options;
    const { inUseMs, waitingMs, waiting } = this.#admission;
    const { limitMs, floorMs } = this.#limit;
    const host = this.#strain.host();
    return { stage: this.stage, inUseMs, limitMs, floorMs, budgetMs, waitingMs, waitingLimitMs, waiting, ...(host && { host }) };
  }

  async report(): Promise<GovernorReport> {
    return { ...this.state(), ledger: await this.#cashier.totals() };
  }

  /** Stops looking at the machine. */
  [Symbol.dispose](): void {
    this.#strain[Symbol.dispose]();
  }

  #enter(errand: Errand): Permit | Promise<Permit> {
    try {
      const seat = this.#admission.enter(errand.demand.cpuMs, errand.context);
      return seat instanceof Promise ? this.#afterWaiting(seat, errand) : this.#permit(seat, errand);
    } catch (error) {
      if (errand.reservation) this.#cashier.release(errand.reservation);
      throw error;
    }
  }

  async #chargeLater(reserved: Promise<Reservation>, { demand, context }: Errand): Promise<void> {
    try {
      this.#cashier.settle(await reserved, demand, {});
    } catch (error) {
      throw this.#refused(error, context);
    }
  }

  async #afterReserving(reserved: Promise<Reservation>, errand: Errand): Promise<Permit> {
    const { context } = errand;
    let permit: Permit | Promise<Permit>;
    try {
      const reservation = await reserved;
      if (hasLeft(context)) this.#cashier.release(reservation);
      throwIfLeft(context);
      permit = this.#enter({ ...errand, reservation });
    } catch (error) {
      throw this.#refused(error, context);
    }
    return permit;
  }

  async #afterWaiting(seat: Promise<Seat>, errand: Errand): Promise<Permit> {
    try {
      return this.#permit(await seat, errand);
    } catch (error) {
      if (errand.reservation) this.#cashier.release(errand.reservation);
      throw this.#refused(error, errand.context);
    }
  }

  #permit(seat: Seat, { demand, reservation }: Errand): Permit {
    this.#counts.admitted();
    return new Permit((used) => {
      if (reservation && used) this.#cashier.settle(reservation, demand, used);
      else if (reservation) this.#cashier.release(reservation);
      seat();
      this.#lookAtRoom();
    });
  }

  /** Counts and notes it. A caller who left is counted only: that was no decision. */
  #refused(error: unknown, context: RequestContext): unknown {
    const left = hasLeft(context);
    this.#counts.refused(left ? 'left' : codeOf(error));
    if (left) return error;
    const { tenant, priority } = context;
    const retryAfterMs = error instanceof CortexError ? error.retryAfterMs : undefined;
    this.note({ kind: 'refusal', reason: codeOf(error), tenant, priority, ...(retryAfterMs !== undefined && { figures: { retryAfterMs } }) });
    return error;
  }

  /** Costs nothing while nobody waits. */
  #lookAtRoom(): void {
    if (this.#admission.isRoomEmpty && !this.#strain.isCongested) return;
    this.#strain.lookAtRoom(this.#admission.crowding);
  }

  #backlogMs(): number {
    return this.#admission.waitingMs / this.options.parallelism;
  }
}

function refused({ code, retryAfterMs }: CortexError): Forecast {
  return { outcome: 'refused', waitMs: 0, reason: code, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
