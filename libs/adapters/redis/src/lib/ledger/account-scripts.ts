import type { Amounts, Budget, Resource } from '@cortex/kernel';
import { exhausted, type BudgetUse, type Claim } from '@cortex/resource-governor';
import type { RedisConnection } from '../redis-connection';
import type { RedisSettings } from '../redis.options';
import { LEDGER_KEYS, LEDGER_SCRIPTS, type LedgerScript } from './ledger-scripts';

/** A budget without a window is remembered so long after it was last used. */
const KEEP_MS = 366 * 86_400_000;

export interface AccountScriptsParts {
  readonly connection: RedisConnection;
  readonly settings: Pick<RedisSettings, 'keyPrefix' | 'leaseMs'>;
  /** Milliseconds since 1970. Default: Redis' own time, which is one for all replicas. */
  readonly now?: (() => number) | undefined;
}

/** What a reservation wants of one account. */
export interface Part {
  readonly id: string;
  readonly account: string;
  readonly claims: readonly Claim[];
}

/** What is done to one account, each at once and alone. @throws RedisUnavailableError */
export class AccountScripts {
  constructor(private readonly parts: AccountScriptsParts) {
    parts.connection.define(LEDGER_SCRIPTS, LEDGER_KEYS.length);
  }

  /** @throws BudgetExhaustedError */
  async reserve({ id, account, claims }: Part): Promise<void> {
    const wanted = claims.flatMap(({ budget, amount }) => [nameOf(budget), budget.limit, amount]);
    const lack = (await this.#run('ledgerReserve', account, [id, ...wanted])) as readonly [number, string, string, string] | null;
    if (!lack) return;
    const [position, ...figures] = lack;
    const { budget, amount } = claims[position]!;
    throw exhausted(useOf(budget, figures), amount);
  }

  async amend({ id, account, claims }: Part, amounts: Amounts): Promise<void> {
    await this.#run('ledgerAmend', account, [id, ...amountsOf(claims, amounts)]);
  }

  async settle({ id, account, claims }: Part, used: Amounts): Promise<void> {
    await this.#run('ledgerSettle', account, [id, ...amountsOf(claims, used)]);
  }

  async renew(account: string, ids: readonly string[]): Promise<void> {
    await this.#run('ledgerRenew', account, ids);
  }

  async usage(account: string): Promise<readonly BudgetUse[]> {
    const rows = (await this.#run('ledgerUsage', account, [])) as readonly (readonly [string, string, string, string, string])[];
    return rows.map(([name, limit, ...figures]) => {
      const [resource, window] = name.split('/') as [Resource, string];
      return useOf({ account, resource, limit: Number(limit), ...(window !== '' && { windowMs: Number(window) }) }, figures);
    });
  }

  #run(script: LedgerScript, account: string, rest: readonly (string | number)[]): Promise<unknown> {
    const { connection, settings, now } = this.parts;
    return connection.script(script, [...keysOf(settings.keyPrefix, account), now?.() ?? '', settings.leaseMs, KEEP_MS, ...rest]);
  }
}

/** One hash tag for all, which holds no brace but its own. */
export function keysOf(keyPrefix: string, account: string): readonly string[] {
  return LEDGER_KEYS.map((name) => `${keyPrefix}:ledger:{account:${encodeURIComponent(account)}}:${name}`);
}

function nameOf({ resource, windowMs }: Budget): string {
  return `${resource}/${windowMs ?? ''}`;
}

/** A budget that is named twice counts once. */
function amountsOf(claims: readonly Claim[], amounts: Amounts): readonly (string | number)[] {
  return claims.flatMap(({ budget }) => [nameOf(budget), amounts[budget.resource] ?? 0]);
}

function useOf(budget: Budget, [reserved, spent, refillsIn]: readonly string[]): BudgetUse {
  return { budget, reserved: Number(reserved), spent: Number(spent), ...(refillsIn && { refillsInMs: Number(refillsIn) }) };
}
