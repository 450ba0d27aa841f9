import type { Amounts, Budget } from '@cortex/kernel';
import type { Claim } from './reservation-ledger.port';

/** What one request is predicted to take. */
export interface Demand {
  /** Milliseconds of one core. */
  readonly cpuMs: number;
  readonly tokens: number;
  /** Millionths of the operator's currency, where an external model costs some. */
  readonly money?: number;
  /** 0 for a further part of a request that was counted. Default 1. */
  readonly requests?: 0 | 1;
}

/** The demand in the ledger's words: one request with its tokens, time and money. */
export function amountsOf({ cpuMs, tokens, money = 0, requests = 1 }: Demand): Amounts {
  return { requests, cpuMs, tokens, money };
}

/** What the demand takes from each budget. */
export function claimsOf(demand: Demand, budgets: readonly Budget[]): readonly Claim[] {
  const amounts = amountsOf(demand);
  return budgets.map((budget) => ({ budget, amount: amounts[budget.resource] ?? 0 }));
}
