import { randomUUID } from 'node:crypto';
import type { Amounts, Clock } from '@cortex/kernel';
import { LedgerFullError, type BudgetUse, type Claim, type Reservation } from '@cortex/resource-governor';
import { RedisUnavailableError } from '../redis.errors';
import { AccountScripts, type AccountScriptsParts, type Part } from './account-scripts';

export interface SharedLedgerParts extends AccountScriptsParts {
  readonly clock: Clock;
}

/** A reservation of this replica that has not ended in Redis. */
interface Holding {
  readonly id: string;
  /** Those that Redis may hold. */
  readonly parts: Set<Part>;
  readonly sinceMs: number;
  /** What was used, and since when Redis is to be told. */
  ending?: { readonly used: Amounts; readonly sinceMs: number };
}

const MAX_HOLDINGS = 100_000;
/** Nothing runs for so long: it was forgotten, and its lease may end. */
const MAX_HOLD_MS = 3_600_000;
const RENEWED_TOGETHER = 500;
/** Accounts that `usage` of all looks at, those used last. */
const KNOWN_ACCOUNTS = 1_000;

/**
 * Budgets in Redis. Each reservation is a lease that this replica renews until it ends, so that what a dead replica held
 * becomes free. An end that Redis could not be told is told when Redis is back. @throws RedisUnavailableError
 */
export class SharedLedger implements AsyncDisposable {
  readonly #scripts: AccountScripts;
  readonly #replica = randomUUID();
  /** By id. */
  readonly #out = new Map<string, Holding>();
  /** In the order of their last use. */
  readonly #accounts = new Set<string>();
  readonly #round: NodeJS.Timeout;
  readonly #recovery: Disposable;
  #reservations = 0;
  #tending = false;

  constructor(private readonly parts: SharedLedgerParts) {
    this.#scripts = new AccountScripts(parts);
    this.#round = setInterval(() => void this.tend(), parts.settings.leaseMs / 3).unref();
    this.#recovery = parts.connection.onUp(() => void this.tend());
  }

  /** Account by account, in the order of their names; what was taken before one that refuses is given back. @throws BudgetExhaustedError, LedgerFullError */
  async reserve(claims: readonly Claim[]): Promise<Reservation> {
    if (this.#out.size >= MAX_HOLDINGS) throw new LedgerFullError(MAX_HOLDINGS);
    const holding: Holding = { id: `${this.#replica}/${(this.#reservations += 1)}`, parts: new Set(), sinceMs: this.parts.clock.now() };
    this.#out.set(holding.id, holding);
    try {
      for (const part of partsOf(holding.id, claims)) await this.#take(holding, part);
    } catch (error) {
      void this.#end(holding, {});
      throw error;
    }
    return { id: holding.id, claims };
  }

  has({ id }: Reservation): boolean {
    return this.#out.has(id);
  }

  async amend({ id }: Reservation, amounts: Amounts): Promise<void> {
    for (const part of this.#out.get(id)?.parts ?? []) await this.#scripts.amend(part, amounts);
  }

  /** Kept until Redis has it, for as long as the lease may last. */
  async settle({ id }: Reservation, used: Amounts): Promise<void> {
    const holding = this.#out.get(id);
    if (holding && !holding.ending) await this.#end(holding, used);
  }

  /** Of an account, or of those that this replica has asked for last. */
  async usage(account?: string): Promise<readonly BudgetUse[]> {
    const accounts = account === undefined ? [...this.#accounts] : [account];
    return (await Promise.all(accounts.map((one) => this.#scripts.usage(one)))).flat();
  }

  /** Renews what is held and tells Redis again what it does not know; by itself, every third of a lease and when Redis is back. */
  async tend(): Promise<void> {
    if (this.#tending || !this.parts.connection.isUp) return;
    this.#tending = true;
    this.#forgetWhatEnded();
    const holdings = [...this.#out.values()];
    try {
      await Promise.all(holdings.map(async (holding) => holding.ending && this.#end(holding, holding.ending.used)));
      await this.#renew(holdings);
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error; // else the next round does it
    } finally {
      this.#tending = false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#round);
    this.#recovery[Symbol.dispose]();
    await this.tend();
  }

  async #take(holding: Holding, part: Part): Promise<void> {
    this.#know(part.account);
    // Before the answer: one that is lost on its way must be undone too.
    holding.parts.add(part);
    try {
      await this.#scripts.reserve(part);
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) holding.parts.delete(part);
      throw error;
    }
  }

  async #end(holding: Holding, used: Amounts): Promise<void> {
    holding.ending ??= { used, sinceMs: this.parts.clock.now() };
    try {
      for (const part of [...holding.parts]) {
        await this.#scripts.settle(part, used);
        holding.parts.delete(part);
      }
      this.#out.delete(holding.id);
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error; // else it stays, to be told later
    }
  }

  #forgetWhatEnded(): void {
    const now = this.parts.clock.now();
    const { leaseMs } = this.parts.settings;
    for (const { id, sinceMs, ending } of this.#out.values()) {
      if (ending ? now - ending.sinceMs > leaseMs : now - sinceMs > MAX_HOLD_MS) this.#out.delete(id);
    }
  }

  /** Only what is old enough to need it. */
  async #renew(holdings: readonly Holding[]): Promise<void> {
    const before = this.parts.clock.now() - this.parts.settings.leaseMs / 4;
    const old = holdings.filter(({ ending, sinceMs }) => !ending && sinceMs < before);
    for (const [account, parts] of grouped(old.flatMap((holding) => [...holding.parts]), ({ account: name }) => name)) {
      for (let from = 0; from < parts.length; from += RENEWED_TOGETHER) {
        await this.#scripts.renew(account, parts.slice(from, from + RENEWED_TOGETHER).map(({ id }) => id));
      }
    }
  }

  #know(account: string): void {
    this.#accounts.delete(account);
    this.#accounts.add(account);
    for (const oldest of this.#accounts) {
      if (this.#accounts.size <= KNOWN_ACCOUNTS) return;
      this.#accounts.delete(oldest);
    }
  }
}

/** Sorted by account, so that two who want the same ones do not take them crosswise. */
function partsOf(id: string, claims: readonly Claim[]): readonly Part[] {
  const accounts = [...grouped(claims, ({ budget }) => budget.account)].sort(([one], [other]) => (one < other ? -1 : 1));
  return accounts.map(([account, ofAccount]) => ({ id, account, claims: ofAccount }));
}

function grouped<T>(values: readonly T[], keyOf: (value: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group) group.push(value);
    else groups.set(keyOf(value), [value]);
  }
  return groups;
}
