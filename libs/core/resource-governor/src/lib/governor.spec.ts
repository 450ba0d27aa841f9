import { DeadlineExceededError, SilentTelemetry, internalContext, type Priority } from '@cortex/kernel';
import { FakeClock } from '@cortex/kernel/testing';
import fc from 'fast-check';
import { DeadlineUnreachableError, OverloadedError } from './governor.errors';
import { Governor } from './governor';
import { governorOptionsSchema, type GovernorOptions } from './governor.options';
import type { Permit } from './permit';

const clock = new FakeClock();
const by = (priority: Priority, signal?: AbortSignal) => internalContext({ priority, ...(signal && { signal }) });
const governor = (options: Partial<GovernorOptions> = {}) =>
  new Governor(governorOptionsSchema.parse({ budgetMs: 10, waitingLimitMs: 100, ...options }), clock, new SilentTelemetry());
const ms = (cpuMs: number) => ({ cpuMs, tokens: 0 });
const release = (permit: Permit) => permit[Symbol.dispose]();

describe('Governor', () => {
  describe('admit', () => {
    it('lets in what fits without a detour through the event loop', () => {
      expect(governor().admit(ms(5), by('medium'))).not.toBeInstanceOf(Promise);
    });

    it('gives the budget back when the block is left by an error', async () => {
      const house = governor();
      const work = async () => {
        using _permit = await house.admit(ms(10), by('medium'));
        throw new Error('inside');
      };
      await expect(work()).rejects.toThrow('inside');
      expect(house.state().inUseMs).toBe(0);
    });

    it('gives a permit back once, however often it is released', async () => {
      const house = governor();
      const first = await house.admit(ms(5), by('medium'));
      await house.admit(ms(5), by('medium'));
      release(first);
      release(first);
      expect(house.state().inUseMs).toBe(5);
    });

    it('lets a high request pass low ones that came just before', async () => {
      expect(await orderOf([['low', 0], ['high', 1]])).toEqual(['high', 'low']);
    });

    it('lets a low request that has waited long go before a fresh high one', async () => {
      expect(await orderOf([['low', 0], ['high', 2_000]])).toEqual(['low', 'high']);
    });

    it('admits urgent work while bulk work fills the budget', async () => {
      const house = governor();
      await house.admit(ms(5), by('low'));
      await house.admit(ms(5), by('low'));
      expect(house.admit(ms(5), by('critical'))).not.toBeInstanceOf(Promise);
      expect(house.admit(ms(1), by('low'))).toBeInstanceOf(Promise);
    });

    it('does not let one large request shut the door on its equals', async () => {
      const house = governor();
      await house.admit(ms(1_000), by('medium'));
      expect(house.admit(ms(5), by('medium'))).not.toBeInstanceOf(Promise);
    });

    it('refuses at once what cannot start before its deadline', async () => {
      const house = governor();
      await house.admit(ms(5), by('medium'));
      await house.admit(ms(5), by('medium'));
      for (let n = 0; n < 4; n += 1) void house.admit(ms(5), by('medium'));
      const late = internalContext({ deadlineMs: clock.now() + 10 });
      expect(() => house.admit(ms(1), late)).toThrow(DeadlineUnreachableError);
    });

    it('forgets a waiter who left, at once and with his reason', async () => {
      const house = governor();
      const controller = new AbortController();
      await house.admit(ms(5), by('medium'));
      await house.admit(ms(5), by('medium'));
      const waiting = house.admit(ms(5), by('medium', controller.signal));
      controller.abort(new DeadlineExceededError(5));
      await expect(waiting).rejects.toThrow(DeadlineExceededError);
      expect(house.state().waitingMs).toBe(0);
    });

    it('refuses more waiting work than the limit and says when to come back', async () => {
      const house = governor({ waitingLimitMs: 10 });
      await house.admit(ms(5), by('medium'));
      await house.admit(ms(5), by('medium'));
      void house.admit(ms(5), by('medium'));
      const refused = catchOverload(() => house.admit(ms(5), by('medium')));
      expect(refused).toMatchObject({ waitingMs: 10, limitMs: 8, kind: 'overloaded' });
      expect(refused.retryAfterMs).toBe(13);
    });

    it('refuses at a glance what would be refused whatever it costs', async () => {
      const house = governor({ waitingLimitMs: 8 });
      expect(() => house.glance(by('low'))).not.toThrow();
      await house.admit(ms(5), by('medium'));
      await house.admit(ms(5), by('medium'));
      void house.admit(ms(5), by('medium'));
      expect(() => house.glance(by('low'))).toThrow(OverloadedError);
      expect(() => house.glance(by('high'))).not.toThrow();
    });

    it('keeps room for urgent work when bulk work has filled its share', async () => {
      const house = governor({ waitingLimitMs: 20 });
      await house.admit(ms(5), by('low'));
      await house.admit(ms(5), by('low'));
      void house.admit(ms(5), by('low'));
      void house.admit(ms(5), by('low'));
      expect(() => house.admit(ms(5), by('low'))).toThrow(OverloadedError);
      await house.admit(ms(5), by('high'));
      await house.admit(ms(5), by('high'));
      expect(house.admit(ms(5), by('high'))).toBeInstanceOf(Promise);
    });

    it('bounds the number of waiters too', async () => {
      const house = governor({ maxWaiting: 10, budgetMs: 0.02 });
      await house.admit(ms(0.01), by('medium'));
      await house.admit(ms(0.01), by('medium'));
      for (let n = 0; n < 8; n += 1) void house.admit(ms(0.01), by('medium'));
      expect(() => house.admit(ms(0.01), by('medium'))).toThrow(OverloadedError);
    });

    it('never lets more in than the budget, loses nobody and ends empty', async () => {
      const request = fc.record({ costMs: fc.double({ min: 0.1, max: 5, noNaN: true }), priority: fc.constantFrom<Priority>('critical', 'high', 'medium', 'low') });
      await fc.assert(
        fc.asyncProperty(fc.array(request, { maxLength: 60 }), async (requests) => {
          const house = governor({ waitingLimitMs: 1e6 });
          let served = 0;
          await Promise.all(
            requests.map(async ({ costMs, priority }) => {
              using _permit = await house.admit(ms(costMs), by(priority));
              expect(house.state().inUseMs).toBeLessThanOrEqual(4 * 10);
              await Promise.resolve();
              served += 1;
            }),
          );
          expect(served).toBe(requests.length);
          expect(house.state()).toMatchObject({ inUseMs: 0, waitingMs: expect.closeTo(0, 6) as number });
        }),
      );
    });
  });
});

describe('Governor', () => {
  describe('forecast', () => {
    it('says what admit would do, and does nothing', async () => {
      const house = governor({ waitingLimitMs: 10 });
      expect(await house.forecast(ms(5), by('medium'))).toEqual({ outcome: 'admitted', waitMs: 0 });
      await house.admit(ms(5), by('medium'));
      await house.admit(ms(5), by('medium'));
      expect(await house.forecast(ms(5), by('medium'))).toEqual({ outcome: 'waits', waitMs: 0 });
      void house.admit(ms(5), by('medium'));
      expect(await house.forecast(ms(2), by('medium'))).toEqual({ outcome: 'waits', waitMs: 5 });
      expect(await house.forecast(ms(5), by('medium'))).toEqual({ outcome: 'refused', waitMs: 0, reason: 'GOVERNOR.OVERLOADED', retryAfterMs: 13 });
      expect(house.state()).toMatchObject({ inUseMs: 10, waitingMs: 5 });
      expect(house.decisions()).toEqual([]);
    });
  });

  describe('limit', () => {
    it('lets in less when those inside wait for long, notes it, and never less than what keeps a core supplied', async () => {
      const house = governor({ budgetMs: 1_000, targetWaitMs: 50 });
      for (let n = 0; n < 200; n += 1) {
        const context = by('medium');
        const permit = await house.admit(ms(5), context);
        context.timings.queueMs = 500;
        clock.advance(10);
        release(permit);
      }
      expect(house.state()).toMatchObject({ limitMs: 100, floorMs: 100, budgetMs: 1_000 });
      expect(house.decisions()[0]).toMatchObject({ kind: 'limit', reason: 'shrunk', figures: { limitMs: 100, waitMs: 500 } });
    });
  });
});

/** Who goes first when the given requests came, each so many milliseconds after the one before. */
async function orderOf(arrivals: [Priority, number][]): Promise<Priority[]> {
  const house = governor();
  const order: Priority[] = [];
  const first = await house.admit(ms(5), by('critical'));
  const second = await house.admit(ms(5), by('critical'));
  const arrived = arrivals.map(async ([priority, afterMs]) => {
    clock.advance(afterMs);
    using _permit = await house.admit(ms(5), by(priority));
    order.push(priority);
  });
  release(first);
  release(second);
  await Promise.all(arrived);
  return order;
}

function catchOverload(act: () => unknown): OverloadedError {
  try {
    act();
  } catch (error) {
    if (error instanceof OverloadedError) return error;
  }
  throw new Error('not refused');
}
