import { SystemClock, type Amounts, type Clock } from '@cortex/kernel';
import { LedgerFullError } from './governor.errors';
import type { Purse } from './purse';
import { Purses } from './purses';
import { ReservationLedger, type BudgetUse, type Claim, type Reservation } from './reservation-ledger.port';

/** What the ledger goes by and how much it keeps. */
export interface MemoryLedgerOptions {
  readonly clock?: Clock;
  /** Milliseconds since 1970: what windows are aligned to. Default `Date.now`. */
  readonly wallNow?: () => number;
  /** Most reservations that may be out, default 100,000. */
  readonly maxReservations?: number;
}

interface Hold {
  readonly purse: Purse;
  amount: number;
}

/** The ledger of one process: every call answers at once. What holds nothing and has spent nothing is forgotten. */
export class MemoryReservationLedger extends ReservationLedger {
  readonly #clock: Clock;
  readonly #maxReservations: number;
  readonly #purses: Purses;
  /** By the reservation's id; each purse at most once. */
  readonly #out = new Map<string, readonly Hold[]>();
  #reservations = 0;

  constructor({ clock = new SystemClock(), wallNow = Date.now, maxReservations = 100_000 }: MemoryLedgerOptions = {}) {
    super();
    this.#clock = clock;
    this.#maxReservations = maxReservations;
    this.#purses = new Purses(wallNow);
  }

  /** @throws BudgetExhaustedError, LedgerFullError */
  override reserve(claims: readonly Claim[]): Reservation {
    if (this.#out.size >= this.#maxReservations) throw new LedgerFullError(this.#maxReservations);
    const holds = this.#hold(claims);
    const id = String((this.#reservations += 1));
    this.#out.set(id, holds);
    return { id, claims };
  }

  override amend({ id }: Reservation, amounts: Amounts): void {
    for (const hold of this.#out.get(id) ?? []) {
      const amount = amountOf(amounts, hold);
      hold.purse.change(amount - hold.amount);
      hold.amount = amount;
    }
  }

  override settle(reservation: Reservation, used: Amounts): void {
    const holds = this.#end(reservation);
    const now = this.#clock.now();
    for (const hold of holds) {
      hold.purse.refresh(now);
      hold.purse.free(hold.amount);
      hold.purse.spend(amountOf(used, hold));
    }
  }

  override release(reservation: Reservation): void {
    for (const { purse, amount } of this.#end(reservation)) purse.free(amount);
  }

  override usage(account?: string): readonly BudgetUse[] {
    const now = this.#clock.now();
    return this.#purses.inUse(account, now).map((purse) => purse.use(now));
  }

  #hold(claims: readonly Claim[]): readonly Hold[] {
    const now = this.#clock.now();
    const holds: Hold[] = [];
    try {
      for (const { budget, amount } of claims) hold(holds, this.#purses.get(budget, now), { amount: checked(amount), now });
      return holds;
    } catch (error) {
      for (const { purse, amount } of holds) purse.free(amount);
      throw error;
    }
  }

  #end({ id }: Reservation): readonly Hold[] {
    const holds = this.#out.get(id);
    this.#out.delete(id);
    return holds ?? [];
  }
}

/** A budget that is named twice is held once, by the sum, so that what is used of it counts once. */
function hold(holds: Hold[], purse: Purse, { amount, now }: { amount: number; now: number }): void {
  const same = holds.find((one) => one.purse === purse);
  purse.requireLeft(amount, now);
  if (same) {
    purse.change(amount);
    same.amount += amount;
  } else {
    purse.hold(amount);
    holds.push({ purse, amount });
  }
}

function amountOf(amounts: Amounts, { purse }: Hold): number {
  return checked(amounts[purse.resource] ?? 0);
}

function checked(amount: number): number {
  if (amount >= 0 && amount < Infinity) return amount;
  throw new Error(`${amount} is no amount. This is a bug.`);
}
