import { CallerGoneError, PRIORITIES, SilentTelemetry, internalContext, type Priority } from '@cortex/kernel';
import { FakeClock } from '@cortex/kernel/testing';
import fc from 'fast-check';
import { Governor } from './governor';
import { OverloadedError } from './governor.errors';
import { governorOptionsSchema, type GovernorConfiguration } from './governor.options';
import type { Permit } from './permit';

const SERVICE_MS = 5;

interface Asking {
  readonly tenant: string;
  readonly priority?: Priority;
  readonly signal?: AbortSignal;
}

/** A governor with a server behind it that finishes one request each 5 ms. */
class House {
  readonly clock = new FakeClock();
  readonly governor: Governor;
  readonly served: string[] = [];
  readonly refused: string[] = [];
  readonly #running: Permit[] = [];

  constructor(options: GovernorConfiguration = {}) {
    const parsed = governorOptionsSchema.parse({ budgetMs: 10, waitingLimitMs: 1_000, ...options });
    this.governor = new Governor(parsed, this.clock, new SilentTelemetry());
  }

  async ask({ tenant, ...overrides }: Asking): Promise<void> {
    try {
      this.#running.push(await this.governor.admit({ cpuMs: SERVICE_MS, tokens: 1 }, internalContext({ tenant, ...overrides })));
      this.served.push(tenant);
    } catch {
      this.refused.push(tenant);
    }
  }

  async finishOne(): Promise<void> {
    this.clock.advance(SERVICE_MS);
    this.#running.shift()?.[Symbol.dispose]();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('Governor between tenants', () => {
  it('does not let a flood shut out a trickle, nor keep it waiting', async () => {
    const house = new House();
    for (let round = 0; round < 100; round += 1) {
      for (let n = 0; n < 20; n += 1) void house.ask({ tenant: 'flood' });
      const before = house.served.length;
      const trickle = house.ask({ tenant: 'trickle' });
      while (!house.served.slice(before).includes('trickle')) await house.finishOne();
      expect(house.served.length - before).toBeLessThanOrEqual(4);
      await trickle;
    }
    expect(house.refused).not.toContain('trickle');
    expect(house.refused).toContain('flood');
  });

  it('lets a flood of urgent requests not shut out another tenant', async () => {
    const house = new House({ waitingLimitMs: 100 });
    for (let n = 0; n < 50; n += 1) void house.ask({ tenant: 'flood', priority: 'critical' });
    const trickle = house.ask({ tenant: 'trickle' });
    for (let n = 0; n < 200 && !house.served.includes('trickle'); n += 1) {
      void house.ask({ tenant: 'flood', priority: 'critical' });
      await house.finishOne();
    }
    await trickle;
    expect(house.served).toContain('trickle');
  });

  it('tells the one who is displaced when to come back', async () => {
    const house = new House({ waitingLimitMs: 20 });
    const admit = (tenant: string) => house.governor.admit({ cpuMs: 5, tokens: 1 }, internalContext({ tenant }));
    const [, , first, , last] = [1, 2, 3, 4, 5].map(() => admit('flood'));
    void admit('other');
    await expect(last).rejects.toThrow(OverloadedError);
    await expect(last).rejects.toMatchObject({ retryAfterMs: expect.any(Number) as number });
    expect(house.governor.decisions()[0]).toMatchObject({ kind: 'refusal', reason: 'GOVERNOR.OVERLOADED', tenant: 'flood', priority: 'medium' });
    expect(first).toBeInstanceOf(Promise);
  });

  it('shares the server equally between tenants that keep it busy', async () => {
    const house = new House();
    for (let n = 0; n < 400; n += 1) {
      for (const [tenant, times] of [['a', 9], ['b', 3], ['c', 2]] as const) for (let k = 0; k < times; k += 1) void house.ask({ tenant });
      await house.finishOne();
    }
    const shares = ['a', 'b', 'c'].map((tenant) => house.served.slice(50).filter((one) => one === tenant).length);
    expect(Math.max(...shares) / Math.min(...shares)).toBeLessThan(1.05);
  });

  it('lets urgent work in at once while bulk work of the same tenant fills house and room', async () => {
    const house = new House();
    for (let n = 0; n < 90; n += 1) void house.ask({ tenant: 'one', priority: 'low' });
    for (let n = 0; n < 60; n += 1) await house.finishOne();
    house.clock.advance(2_000); // one of them takes long
    expect(house.governor.admit({ cpuMs: 5, tokens: 1 }, internalContext({ tenant: 'one', priority: 'critical' }))).not.toBeInstanceOf(Promise);
  });

  it('lets critical work in whoever was passed for how long', async () => {
    const house = new House();
    for (let n = 0; n < 6; n += 1) void house.ask({ tenant: 'bulk', priority: 'low' });
    for (let n = 0; n < 20; n += 1) {
      void house.ask({ tenant: 'one', priority: 'high' });
      expect(house.governor.admit({ cpuMs: 0.1, tokens: 1 }, internalContext({ tenant: 'two', priority: 'critical' }))).not.toBeInstanceOf(Promise);
    }
  });

  it('lets nobody starve while urgent work fills the house', async () => {
    const house = new House();
    for (let n = 0; n < 6; n += 1) void house.ask({ tenant: 'urgent', priority: 'critical' });
    void house.ask({ tenant: 'bulk', priority: 'low' });
    while (!house.served.includes('bulk') && house.clock.now() < 10_000) {
      void house.ask({ tenant: 'urgent', priority: 'critical' });
      await house.finishOne();
    }
    expect(house.clock.now()).toBeLessThan(3_000);
  });

  it('never rests while somebody waits, answers everyone once and ends empty', async () => {
    const step = fc.record({
      tenant: fc.constantFrom('a', 'b', 'c'),
      priority: fc.constantFrom(...PRIORITIES),
      leaves: fc.boolean(),
      finishes: fc.nat(2),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const house = new House({ waitingLimitMs: 40 });
        const answers: Promise<void>[] = [];
        for (const { tenant, priority, leaves, finishes } of steps) {
          const controller = new AbortController();
          answers.push(house.ask({ tenant, priority, signal: controller.signal }));
          if (leaves) controller.abort(new CallerGoneError());
          for (let n = 0; n < finishes; n += 1) await house.finishOne();
          const { inUseMs, waitingMs } = house.governor.state();
          if (waitingMs > 0) expect(inUseMs).toBeGreaterThan(0);
        }
        do await house.finishOne();
        while (house.governor.state().inUseMs > 0);
        await Promise.all(answers);
        expect(house.served.length + house.refused.length).toBe(steps.length);
        expect(house.governor.state()).toMatchObject({ inUseMs: 0, waitingMs: 0 });
      }),
      { numRuns: 50 },
    );
  });
});
