import { SystemClock, type Amounts, type Budget, type Clock, type Resource } from '@cortex/kernel';
import { FakeClock, describeWith } from '@cortex/kernel/testing';
import { BudgetExhaustedError, MemoryReservationLedger, type BudgetUse, type Claim, type Reservation } from '@cortex/resource-governor';
import fc from 'fast-check';
import { Command } from 'ioredis';
import { connectionTo, ownPrefix, proxyTo, until } from '../../testing/redis-service';
import { redisClient } from '../redis-client';
import type { RedisConnection } from '../redis-connection';
import { RedisUnavailableError } from '../redis.errors';
import { SharedLedger } from './shared-ledger';

const WALL = 1_700_000_000_000;
const FOREVER_MS = 30_000_000;
const budget: Budget = { account: 'one', resource: 'tokens', limit: 10 };
const ten: readonly Claim[] = [{ budget, amount: 10 }];
const sum = (uses: readonly BudgetUse[]) => uses.map(({ reserved, spent }) => ({ reserved, spent }));

/** Of a Redis Cluster's 16,384. */
const slotOf = (key: string) => new Command('get', [key]).getSlot();

type Step =
  | { readonly kind: 'reserve'; readonly claims: readonly Claim[] }
  | { readonly kind: 'amend' | 'settle'; readonly which: number; readonly amounts: Amounts }
  | { readonly kind: 'release'; readonly which: number }
  | { readonly kind: 'pass'; readonly ms: number };

const amount = fc.oneof(fc.nat(6), fc.double({ min: 0, max: 6, noNaN: true }));
const amounts: fc.Arbitrary<Amounts> = fc.record({ tokens: amount, cpuMs: amount }, { requiredKeys: [] });
const claim: fc.Arbitrary<Claim> = fc.record({
  budget: fc.record({
    account: fc.constantFrom('a', '{b}:ü'),
    resource: fc.constantFrom<Resource>('tokens', 'cpuMs'),
    limit: fc.integer({ min: 5, max: 20 }),
    windowMs: fc.constantFrom(1_000, 60_000, undefined),
  }) as fc.Arbitrary<Budget>,
  amount,
});
/** The memory ledger takes claims as they come, the shared one account by account. */
const claims = fc.array(claim, { minLength: 1, maxLength: 4 }).map((list) => [...list].sort((one, other) => (one.budget.account < other.budget.account ? -1 : one.budget.account > other.budget.account ? 1 : 0)));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: claims.map((list) => ({ kind: 'reserve', claims: list }) as const) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('amend' as const), which: fc.nat(20), amounts }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('settle' as const), which: fc.nat(20), amounts }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), which: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 70_000 }) }) },
);

type Ledger = Pick<SharedLedger, 'reserve' | 'amend' | 'settle' | 'usage'> | MemoryReservationLedger;

/** One ledger's reservations, and what each step came to. */
class Course {
  readonly #out: Reservation[] = [];

  constructor(private readonly ledger: Ledger) {}

  async take(one: Exclude<Step, { kind: 'pass' }>): Promise<unknown> {
    try {
      await this.#do(one);
      return 'done';
    } catch (error) {
      if (!(error instanceof BudgetExhaustedError)) throw error;
      const { message, retryAfterMs } = error;
      return { message, retryAfterMs };
    }
  }

  async uses(): Promise<readonly unknown[]> {
    const uses = [...(await this.ledger.usage('a')), ...(await this.ledger.usage('{b}:ü'))];
    return uses.map((use) => JSON.stringify([use.budget.account, use.budget.resource, use.budget.windowMs, use.budget.limit, use.reserved, use.spent, use.refillsInMs])).sort();
  }

  async #do(one: Exclude<Step, { kind: 'pass' }>): Promise<void> {
    if (one.kind === 'reserve') return void this.#out.push(await this.ledger.reserve(one.claims));
    const reservation = this.#out[one.which % Math.max(1, this.#out.length)];
    if (!reservation) return;
    if (one.kind === 'amend') return this.ledger.amend(reservation, one.amounts);
    return this.ledger.settle(reservation, one.kind === 'settle' ? one.amounts : {});
  }
}

describeWith('redis', 'SharedLedger', ({ url }) => {
  let connection: RedisConnection;
  const ledgers: SharedLedger[] = [];
  beforeAll(async () => {
    connection = connectionTo(url, { timeoutMs: 5_000 });
    await until(() => connection.isUp);
  });
  afterEach(async () => {
    for (const ledger of ledgers.splice(0)) await ledger[Symbol.asyncDispose]();
  });
  afterAll(() => connection[Symbol.asyncDispose]());

  interface Times {
    readonly keyPrefix?: string;
    readonly leaseMs?: number;
    readonly clock?: Clock;
    readonly now?: () => number;
  }

  function ledgerOn(line: RedisConnection, { keyPrefix = ownPrefix(), leaseMs = FOREVER_MS, clock = new SystemClock(), ...parts }: Times = {}) {
    const ledger = new SharedLedger({ connection: line, settings: { keyPrefix, leaseMs }, clock, ...parts });
    ledgers.push(ledger);
    return ledger;
  }

  it('does what the ledger of one process does, step by step', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
        const clock = new FakeClock();
        const wallNow = () => WALL + clock.now();
        const memory = new Course(new MemoryReservationLedger({ clock, wallNow }));
        const shared = new Course(ledgerOn(connection, { clock, now: wallNow }));
        for (const one of steps) {
          if (one.kind === 'pass') clock.advance(one.ms);
          else expect(await shared.take(one)).toEqual(await memory.take(one));
          expect(await shared.uses()).toEqual(await memory.uses());
        }
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it('lets 1,000 requests of three replicas use a budget for 10 ten times', async () => {
    const keyPrefix = ownPrefix();
    const replicas = [1, 2, 3].map(() => connectionTo(url, { timeoutMs: 5_000 }));
    await until(() => replicas.every(({ isUp }) => isUp));
    const three = replicas.map((line) => ledgerOn(line, { keyPrefix }));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 1_000 }, async (_, index) => {
        const ledger = three[index % 3]!;
        const reservation = await ledger.reserve([{ budget, amount: 1 }]);
        await ledger.settle(reservation, { tokens: 1 });
      }),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(sum(await three[0]!.usage('one'))).toEqual([{ reserved: 0, spent: 10 }]);
    await Promise.all(ledgers.splice(0).map((ledger) => ledger[Symbol.asyncDispose]()));
    await Promise.all(replicas.map((line) => line[Symbol.asyncDispose]()));
  });

  it('frees what a replica held that renews it no more, and keeps what is renewed', async () => {
    const keyPrefix = ownPrefix();
    const clock = new FakeClock();
    const times = { keyPrefix, leaseMs: 30_000, clock, now: () => WALL + clock.now() };
    const [dead, living, other] = [ledgerOn(connection, times), ledgerOn(connection, times), ledgerOn(connection, times)];
    await dead.reserve([{ budget, amount: 3 }]);
    const kept = await living.reserve([{ budget, amount: 4 }]);
    for (let passed = 0; passed < 31_000; passed += 9_000) {
      expect(sum(await other.usage('one'))).toEqual([{ reserved: 7, spent: 0 }]);
      clock.advance(9_000);
      await living.tend();
    }
    expect(sum(await other.usage('one'))).toEqual([{ reserved: 4, spent: 0 }]);
    await living.settle(kept, { tokens: 4 });
    expect(sum(await other.usage('one'))).toEqual([{ reserved: 0, spent: 4 }]);
  });

  it('neither refills nor locks a window for ever when Redis\' clock is set back', async () => {
    let now = WALL;
    const ledger = ledgerOn(connection, { now: () => now });
    const windowed: Budget = { ...budget, windowMs: 60_000 };
    const spend = async () => ledger.settle(await ledger.reserve([{ budget: windowed, amount: 10 }]), { tokens: 10 });
    await spend();
    now -= 86_400_000;
    await expect(spend()).rejects.toThrow(BudgetExhaustedError);
    now += 60_000;
    await spend();
  });

  it('renews nothing for ever', async () => {
    const keyPrefix = ownPrefix();
    const clock = new FakeClock();
    const ledger = ledgerOn(connection, { keyPrefix, leaseMs: 30_000, clock, now: () => WALL + clock.now() });
    const forgotten = await ledger.reserve(ten);
    for (let passed = 0; passed <= 3_660_000; passed += 10_000) {
      clock.advance(10_000);
      await ledger.tend();
    }
    expect(ledger.has(forgotten)).toBe(false);
    expect(await ledger.usage('one')).toEqual([]);
  });

  it('tells Redis what was used when Redis is back, once', async () => {
    await using proxy = await proxyTo(url);
    await using line = connectionTo(url, { proxy });
    await until(() => line.isUp);
    const keyPrefix = ownPrefix();
    const ledger = ledgerOn(line, { keyPrefix });
    const [one, other] = [await ledger.reserve([{ budget, amount: 4 }]), await ledger.reserve([{ budget, amount: 5 }])];
    proxy.cut();
    await until(() => !line.isUp);
    await ledger.settle(one, { tokens: 3 });
    await ledger.settle(one, { tokens: 3 });
    await expect(ledger.reserve(ten)).rejects.toThrow(RedisUnavailableError);
    const watch = ledgerOn(connection, { keyPrefix });
    expect(sum(await watch.usage('one'))).toEqual([{ reserved: 9, spent: 0 }]);

    proxy.mend();
    await until(() => line.isUp && !ledger.has(one));
    expect(ledger.has(other)).toBe(true);
    expect(sum(await watch.usage('one'))).toEqual([{ reserved: 5, spent: 3 }]);
    await ledgers.splice(0)[0]![Symbol.asyncDispose]();
  });

  it('undoes a reservation whose answer was lost', async () => {
    await using proxy = await proxyTo(url);
    await using line = connectionTo(url, { proxy });
    await until(() => line.isUp);
    const keyPrefix = ownPrefix();
    const ledger = ledgerOn(line, { keyPrefix });
    const watch = ledgerOn(connection, { keyPrefix });
    proxy.slow(150);
    const lost = ledger.reserve(ten).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 250));
    proxy.cut();
    expect(await lost).toBeInstanceOf(RedisUnavailableError);
    expect(sum(await watch.usage('one'))).toEqual([{ reserved: 10, spent: 0 }]);
    proxy.mend();
    await until(() => line.isUp);
    for (let asked = 0; (await watch.usage('one')).length > 0; asked += 1) expect(asked).toBeLessThan(1_000);
    await ledgers.splice(0)[0]![Symbol.asyncDispose]();
  });

  it.each(['purses', 'holds', 'leases'])('holds nothing for ever when Redis, short of memory, has dropped its %s', async (dropped) => {
    const client = redisClient({ url, cluster: false, timeoutMs: 1_000 });
    await until(() => client.status === 'ready');
    const keyPrefix = ownPrefix();
    const ledger = ledgerOn(connection, { keyPrefix });
    const [one, other] = [await ledger.reserve([{ budget, amount: 4 }]), await ledger.reserve([{ budget, amount: 5 }])];
    await client.del((await client.keys(`${keyPrefix}:*:${dropped}`))[0]!);
    client.disconnect();
    expect(await ledger.usage('one')).toEqual([]);
    for (const reservation of [one, other]) await ledger.settle(reservation, {});
    await ledger.reserve(ten);
    expect(sum(await ledger.usage('one'))).toEqual([{ reserved: 10, spent: 0 }]);
  });

  it('gives all keys of an account one slot and a time to live, the window and the lease at most', async () => {
    const client = redisClient({ url, cluster: false, timeoutMs: 1_000 });
    await until(() => client.status === 'ready');
    const keyPrefix = ownPrefix();
    const ledger = ledgerOn(connection, { keyPrefix, leaseMs: 30_000 });
    const windowed: Budget = { ...budget, account: '{key}:}{', windowMs: 5_000 };
    await ledger.reserve([{ budget: windowed, amount: 1 }]);
    const held = await client.keys(`${keyPrefix}:*`);
    expect(held).toHaveLength(3);
    expect(new Set(held.map(slotOf)).size).toBe(1);
    for (const key of held) expect(await client.pttl(key)).toBeGreaterThan(29_000);
    for (const key of held) expect(await client.pttl(key)).toBeLessThanOrEqual(31_000);
    client.disconnect();
  });
});
