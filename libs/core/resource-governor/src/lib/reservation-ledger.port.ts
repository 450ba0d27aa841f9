import type { Amounts, Budget } from '@cortex/kernel';

/** An amount wanted from a budget. */
export interface Claim {
  readonly budget: Budget;
  readonly amount: number;
}

/** Amounts that are held until they are settled or released. */
export interface Reservation {
  readonly id: string;
  readonly claims: readonly Claim[];
}

/** A budget with what is held and spent of it now. */
export interface BudgetUse {
  readonly budget: Budget;
  readonly reserved: number;
  readonly spent: number;
  /** When the window ends; absent without one. */
  readonly refillsInMs?: number;
}

/**
 * Keeps budgets of CPU milliseconds, memory, tokens, requests and money: reserve before the work, settle after it, release
 * on failure. Each call is atomic. A budget is known by account, resource and window; its limit is the latest one named.
 * Deliberately not in it: who the accounts are, and what happens to those who are refused.
 */
export abstract class ReservationLedger {
  /** All claims or none: reserved plus spent never exceeds a limit. @throws BudgetExhaustedError naming the budget that lacks */
  abstract reserve(claims: readonly Claim[]): Reservation | Promise<Reservation>;
  /** Replaces what is held by what turned out to be needed, also above the limit: it is the truth. Unknown or ended: nothing. */
  abstract amend(reservation: Reservation, amounts: Amounts): void | Promise<void>;
  /** Ends it: what was used counts as spent, the rest is free again. Unknown or ended: nothing. */
  abstract settle(reservation: Reservation, used: Amounts): void | Promise<void>;
  /** Ends it: all of it is free again. Unknown or ended: nothing. */
  abstract release(reservation: Reservation): void | Promise<void>;
  /** Of one account, or of all that hold or have spent something. */
  abstract usage(account?: string): readonly BudgetUse[] | Promise<readonly BudgetUse[]>;
}
