import { accountOf, type ListedKey, type Quota } from '@cortex/identity';
import { ReservationLedger, type BudgetUse } from '@cortex/resource-governor';
import { Injectable, Optional } from '@nestjs/common';
import type { KeyAnswer } from './keys-schemas';

type QuotaUse = KeyAnswer['quotas'][number];

/** What is used of keys' quotas now, where there is a ledger that counts it. */
@Injectable()
export class QuotaUses {
  constructor(@Optional() private readonly ledger?: ReservationLedger) {}

  async of(key: ListedKey): Promise<QuotaUse[]> {
    return this.#usesOf(key, await this.ledger?.usage(accountOf(key.id)));
  }

  /** In the order of the keys, from one look into the ledger. */
  async ofAll(keys: readonly ListedKey[]): Promise<readonly QuotaUse[][]> {
    const all = await this.ledger?.usage();
    return keys.map((key) => this.#usesOf(key, all));
  }

  /** What a ledger does not name has not been used in this window. */
  #usesOf({ id, quotas }: ListedKey, uses: readonly BudgetUse[] | undefined): QuotaUse[] {
    if (!uses) return quotas;
    const own = uses.filter(({ budget }) => budget.account === accountOf(id));
    return quotas.map((quota) => ({ ...quota, ...useOf(quota, own) }));
  }
}

function useOf({ resource, windowMs }: Quota, uses: readonly BudgetUse[]): Pick<BudgetUse, 'spent' | 'reserved' | 'refillsInMs'> {
  const use = uses.find(({ budget }) => budget.resource === resource && budget.windowMs === windowMs);
  return { spent: use?.spent ?? 0, reserved: use?.reserved ?? 0, refillsInMs: use?.refillsInMs };
}
