import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { SilentTelemetry, type Budget } from '@cortex/kernel';
import { describeWith } from '@cortex/kernel/testing';
import { BudgetExhaustedError, type Reservation } from '@cortex/resource-governor';
import { reservationLedgerContract } from '@cortex/resource-governor/testing';
import { Counts } from '../testing/counts';
import { TIMEOUT_MS, connectionTo, ownPrefix, proxyTo, until } from '../testing/redis-service';
import type { RedisConnection } from './redis-connection';
import { RedisReservationLedger } from './redis-reservation-ledger';

const BUILT = join(__dirname, '../../dist/index.js');
const budget: Budget = { account: 'one', resource: 'requests', limit: 10 };
const SHARED = 'cortex_ledger_reservations_total/shared';
const OWN = 'cortex_ledger_reservations_total/own';

/** A replica in a process of its own: reserves one request as often as it is told, settles what it got unless it is told to hold it, and says how much it got. */
const REPLICA = `
const { RedisConnection, RedisReservationLedger, redisClient } = require(${JSON.stringify(BUILT)});
const { url, keyPrefix, leaseMs, budget } = JSON.parse(process.argv[1]);
const connection = new RedisConnection({ connect: () => redisClient({ url, cluster: false, timeoutMs: 5000 }), timeoutMs: 5000, probe: (client) => client.ping() });
const silent = { counter: () => () => undefined };
const ledger = new RedisReservationLedger({ connection, settings: { keyPrefix, leaseMs }, telemetry: silent });
connection.onUp(() => process.send('up'));
process.on('message', async ({ times, hold }) => {
  const tries = Array.from({ length: times }, async () => {
    const reservation = await ledger.reserve([{ budget, amount: 1 }]);
    if (!hold) await ledger.settle(reservation, { requests: 1 });
  });
  process.send((await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled').length);
});
`;

/** Child processes that end with the spec. */
class Replica implements Disposable {
  private constructor(readonly child: ChildProcess) {}

  static async start(options: { url: string; keyPrefix: string; leaseMs: number }): Promise<Replica> {
    const child = spawn(process.execPath, ['-e', REPLICA, JSON.stringify({ ...options, budget })], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    expect(await once(child, 'message')).toContain('up');
    return new Replica(child);
  }

  async reserve(times: number, { hold = false } = {}): Promise<number> {
    const answer = once(this.child, 'message');
    this.child.send({ times, hold });
    return (await answer)[0] as number;
  }

  [Symbol.dispose](): void {
    this.child.kill('SIGKILL');
  }
}

describeWith('redis', 'RedisReservationLedger', ({ url }) => {
  let connection: RedisConnection;
  beforeAll(async () => {
    connection = connectionTo(url, { timeoutMs: 5_000 });
    await until(() => connection.isUp);
  });
  afterAll(() => connection[Symbol.asyncDispose]());

  describe('while Redis answers', () => {
    reservationLedgerContract(() => {
      let aheadMs = 0;
      const ledger = new RedisReservationLedger({ connection, settings: { keyPrefix: ownPrefix(), leaseMs: 30_000_000 }, telemetry: new SilentTelemetry(), now: () => Date.now() + aheadMs });
      return { ledger, advance: (ms) => void (aheadMs += ms) };
    });
  });

  it('refuses what is no amount before anything is held', async () => {
    const ledger = new RedisReservationLedger({ connection, settings: { keyPrefix: ownPrefix(), leaseMs: 30_000 }, telemetry: new SilentTelemetry() });
    expect(() => ledger.reserve([{ budget, amount: 1 }, { budget, amount: Number.NaN }])).toThrow('This is a bug');
    expect(await ledger.usage()).toEqual([]);
  });

  it('lets 1,000 requests over three processes use a budget for 10 ten times, and frees what a killed one held', async () => {
    const options = { url, keyPrefix: ownPrefix(), leaseMs: 1_000 };
    using one = await Replica.start(options);
    using two = await Replica.start(options);
    using three = await Replica.start(options);
    expect(await one.reserve(4, { hold: true })).toBe(4);
    const got = await Promise.all([one.reserve(334), two.reserve(333), three.reserve(333)]);
    expect(got.reduce((sum, part) => sum + part, 0)).toBe(6);

    await new Promise((resolve) => setTimeout(resolve, 2 * options.leaseMs));
    expect(await two.reserve(10)).toBe(0); // the living one renews what it holds
    one.child.kill('SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 1.5 * options.leaseMs));
    expect((await Promise.all([two.reserve(500), three.reserve(500)])).reduce((sum, part) => sum + part, 0)).toBe(4);
  }, 20_000);

  describe('while Redis is away', () => {
    async function proxied() {
      const proxy = await proxyTo(url);
      const line = connectionTo(url, { proxy });
      const telemetry = new Counts();
      const ledger = new RedisReservationLedger({ connection: line, settings: { keyPrefix: ownPrefix(), leaseMs: 30_000 }, telemetry });
      await until(() => line.isUp);
      const dispose = async () => {
        await ledger[Symbol.asyncDispose]();
        await line[Symbol.asyncDispose]();
        await proxy[Symbol.asyncDispose]();
      };
      const reserve = async (amount: number): Promise<Reservation> => ledger.reserve([{ budget, amount }]);
      return { proxy, line, ledger, counts: telemetry.of, reserve, [Symbol.asyncDispose]: dispose };
    }

    it('keeps a count of its own, at once, and shares again when Redis is back', async () => {
      await using setup = await proxied();
      const { ledger, reserve, counts, line } = setup;
      await ledger.settle(await reserve(8), { requests: 8 });
      setup.proxy.cut();
      await until(() => !line.isUp);

      expect(ledger.reserve([{ budget, amount: 1 }])).not.toBeInstanceOf(Promise);
      const own = await reserve(9);
      await expect(reserve(1)).rejects.toThrow(BudgetExhaustedError);
      await ledger.settle(own, { requests: 2 });
      expect(await ledger.usage('one')).toMatchObject([{ reserved: 1, spent: 2 }]);

      setup.proxy.mend();
      await until(() => line.isUp);
      await expect(reserve(3)).rejects.toThrow(BudgetExhaustedError);
      await reserve(2);
      expect(await ledger.usage('one')).toMatchObject([{ reserved: 2, spent: 8 }]);
      expect(counts).toEqual({ [SHARED]: 2, [OWN]: 2 });
    });

    it('settles where it was reserved, whatever has come and gone', async () => {
      await using setup = await proxied();
      const { ledger, reserve, line } = setup;
      const shared = await reserve(1);
      setup.proxy.cut();
      await until(() => !line.isUp);
      const own = await reserve(1);
      await ledger.settle(shared, { requests: 1 });
      setup.proxy.mend();
      await until(() => line.isUp);
      await ledger.settle(own, { requests: 1 });
      for (let asked = 0; (await ledger.usage('one'))[0]?.spent !== 1; asked += 1) expect(asked).toBeLessThan(1_000);
    });

    it('keeps nobody waiting for a slow Redis but the first few', async () => {
      await using setup = await proxied();
      setup.proxy.slow(5_000);
      const waits: number[] = [];
      for (let time = 0; time < 30; time += 1) {
        const startedAt = performance.now();
        await setup.ledger.release(await setup.reserve(1));
        waits.push(performance.now() - startedAt);
      }
      expect(Math.max(...waits)).toBeLessThan(3 * TIMEOUT_MS);
      expect(waits.filter((ms) => ms > TIMEOUT_MS / 2).length).toBeLessThanOrEqual(3);
    });

    it('goes on through a flapping connection, and no count exceeds the budget', async () => {
      await using setup = await proxied();
      const flapping = setInterval(() => setup.proxy.reset(), 40);
      const used = { shared: 0, own: 0 };
      for (const endAt = performance.now() + 1_500; performance.now() < endAt; await new Promise((resolve) => setTimeout(resolve, 2))) {
        const before = setup.counts[SHARED] ?? 0;
        try {
          const reservation = await setup.reserve(1);
          used[(setup.counts[SHARED] ?? 0) > before ? 'shared' : 'own'] += 1;
          await setup.ledger.settle(reservation, { requests: 1 });
        } catch (error) {
          expect(error).toBeInstanceOf(BudgetExhaustedError);
        }
      }
      clearInterval(flapping);
      expect(used.shared).toBeLessThanOrEqual(10);
      expect(used.own).toBeLessThanOrEqual(10);
      await until(() => setup.line.isUp);
      for (let asked = 0; (await setup.ledger.usage('one'))[0]?.reserved !== 0; asked += 1) expect(asked).toBeLessThan(5_000);
      expect((await setup.ledger.usage('one'))[0]!.spent).toBeLessThanOrEqual(10);
    });
  });
});
