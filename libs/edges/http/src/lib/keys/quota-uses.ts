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
    const uses = await this.ledger?.usage(accountOf(key.id));
    return uses ? usesOf(key.quotas, uses) : key.quotas;
  }

  /** In the order of the keys, from one look into the ledger. */
  async ofAll(keys: readonly ListedKey[]): Promise<readonly QuotaUse[][]> {
    if (!this.ledger) return keys.map(({ quotas }) => quotas);
    const accounts = byAccount(await this.ledger.usage());
    return keys.map(({ id, quotas }) => usesOf(quotas, accounts.get(accountOf(id)) ?? []));
  }
}

/** What a ledger does not name has not been used in this window. */
function usesOf(quotas: readonly Quota[], uses: readonly BudgetUse[]): QuotaUse[] {
  return quotas.map((quota) => {
    const use = uses.find(({ budget }) => budget.resource === quota.resource && budget.windowMs === quota.windowMs);
    return { ...quota, spent: use?.spent ?? 0, reserved: use?.reserved ?? 0, refillsInMs: use?.refillsInMs };
  });
}

function byAccount(uses: readonly BudgetUse[]): ReadonlyMap<string, readonly BudgetUse[]> {
  const accounts = new Map<string, BudgetUse[]>();
  for (const use of uses) {
    const { account } = use.budget;
    const own = accounts.get(account);
    if (own) own.push(use);
    else accounts.set(account, [use]);
  }
  return accounts;
}
