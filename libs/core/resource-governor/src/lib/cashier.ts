import type { Amounts, Budget, Resource } from '@cortex/kernel';
import { amountsOf, claimsOf, type Demand } from './demand';
import { LedgerFullError, type BudgetExhaustedError } from './governor.errors';
import { exhausted } from './purse';
import type { BudgetUse, Claim, Reservation, ReservationLedger } from './reservation-ledger.port';

/** The budgets of one resource that are in use, added up. */
export interface LedgerTotals {
  readonly resource: Resource;
  readonly budgets: number;
  readonly reserved: number;
  readonly spent: number;
}

/** Takes what a request demands from its caller's budgets and gives back what it did not use. */
export class Cashier {
  /** Reservations that a distant ledger has not answered yet. */
  #pending = 0;

  constructor(private readonly ledger: ReservationLedger, private readonly maxPending: number, private readonly onFault: (error: unknown) => void) {}

  /** @throws BudgetExhaustedError, LedgerFullError, or the ledger's own */
  reserve(demand: Demand, budgets: readonly Budget[]): Reservation | Promise<Reservation> {
    if (this.#pending >= this.maxPending) throw new LedgerFullError(this.maxPending);
    const reservation = this.ledger.reserve(claimsOf(demand, budgets));
    return reservation instanceof Promise ? this.#counted(reservation) : reservation;
  }

  /** Nobody waits for it: a ledger that cannot be reached is noted, and drops the reservation by itself. */
  settle(reservation: Reservation, demand: Demand, used: Amounts): void {
    const amounts = amountsOf(demand);
    this.#attempt(() => this.ledger.settle(reservation, { ...amounts, ...used }));
  }

  release(reservation: Reservation): void {
    this.#attempt(() => this.ledger.release(reservation));
  }

  /** What `reserve` would throw; changes nothing. */
  async refusalOf(demand: Demand, budgets: readonly Budget[]): Promise<BudgetExhaustedError | undefined> {
    for (const claim of claimsOf(demand, budgets)) {
      const refusal = lack(claim, await this.ledger.usage(claim.budget.account));
      if (refusal) return refusal;
    }
    return undefined;
  }

  /** What all budgets together hold and have spent, by resource: whose they are stays unsaid. */
  async totals(): Promise<readonly LedgerTotals[]> {
    const totals = new Map<Resource, LedgerTotals>();
    for (const { budget, reserved, spent } of await this.ledger.usage()) {
      const { resource } = budget;
      const sum = totals.get(resource) ?? { resource, budgets: 0, reserved: 0, spent: 0 };
      totals.set(resource, { resource, budgets: sum.budgets + 1, reserved: sum.reserved + reserved, spent: sum.spent + spent });
    }
    return [...totals.values()];
  }

  async #counted(reservation: Promise<Reservation>): Promise<Reservation> {
    this.#pending += 1;
    try {
      return await reservation;
    } finally {
      this.#pending -= 1;
    }
  }

  #attempt(act: () => void | Promise<void>): void {
    try {
      const done = act();
      if (done instanceof Promise) done.catch(this.onFault);
    } catch (error) {
      this.onFault(error);
    }
  }
}

function lack({ budget, amount }: Claim, uses: readonly BudgetUse[]): BudgetExhaustedError | undefined {
  const use = uses.find((one) => one.budget.resource === budget.resource && one.budget.windowMs === budget.windowMs);
  const { reserved = 0, spent = 0 } = use ?? {};
  return amount > budget.limit - reserved - spent ? exhausted({ reserved, spent, ...use, budget }, amount) : undefined;
}
