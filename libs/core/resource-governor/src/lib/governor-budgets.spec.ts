import { CallerGoneError, SilentTelemetry, internalContext, type Amounts, type Budget, type RequestContext } from '@cortex/kernel';
import { FakeClock } from '@cortex/kernel/testing';
import { Governor } from './governor';
import { BudgetExhaustedError, OverloadedError } from './governor.errors';
import { governorOptionsSchema, type GovernorConfiguration } from './governor.options';
import { MemoryReservationLedger } from './memory-reservation-ledger';
import type { Permit } from './permit';
import { ReservationLedger, type BudgetUse, type Claim, type Reservation } from './reservation-ledger.port';

/** A ledger behind a network: the same answers, later. */
class DistantLedger extends ReservationLedger {
  readonly #near = new MemoryReservationLedger();
  override async reserve(claims: readonly Claim[]): Promise<Reservation> {
    await Promise.resolve();
    return this.#near.reserve(claims);
  }
  override async amend(reservation: Reservation, amounts: Amounts): Promise<void> {
    this.#near.amend(reservation, amounts);
  }
  override async settle(reservation: Reservation, used: Amounts): Promise<void> {
    this.#near.settle(reservation, used);
  }
  override async release(reservation: Reservation): Promise<void> {
    this.#near.release(reservation);
  }
  override async usage(account?: string): Promise<readonly BudgetUse[]> {
    return this.#near.usage(account);
  }
}

const tokens: Budget = { account: 'key', resource: 'tokens', limit: 100, windowMs: 60_000 };
const requests: Budget = { account: 'key', resource: 'requests', limit: 4 };
const demand = { cpuMs: 5, tokens: 30 };

function make(ledger: ReservationLedger, options: GovernorConfiguration = {}) {
  return new Governor(governorOptionsSchema.parse({ budgetMs: 10, waitingLimitMs: 100, ...options }), new FakeClock(), new SilentTelemetry(), { ledger });
}
const asking = (overrides: Partial<RequestContext> = {}) => internalContext({ budgets: [tokens, requests], ...overrides });
const release = (permit: Permit) => permit[Symbol.dispose]();
const finish = (permit: Permit) => {
  permit.settle();
  release(permit);
};
const usesOf = async (ledger: ReservationLedger) =>
  Object.fromEntries((await ledger.usage('key')).map(({ budget, reserved, spent }) => [budget.resource, { reserved, spent }]));

describe('Governor with budgets', () => {
  it('stays synchronous when ledger and room are', () => {
    expect(make(new MemoryReservationLedger()).admit(demand, asking())).not.toBeInstanceOf(Promise);
  });

  describe.each([
    ['a ledger of this process', () => new MemoryReservationLedger()],
    ['a distant ledger', () => new DistantLedger()],
  ])('kept by %s', (_, makeLedger) => {
    it('holds what is demanded of all of them until the permit ends, and counts it as used', async () => {
      const ledger = makeLedger();
      const permit = await make(ledger).admit(demand, asking());
      expect(await usesOf(ledger)).toEqual({ tokens: { reserved: 30, spent: 0 }, requests: { reserved: 1, spent: 0 } });
      finish(permit);
      release(permit);
      expect(await usesOf(ledger)).toEqual({ tokens: { reserved: 0, spent: 30 }, requests: { reserved: 0, spent: 1 } });
    });

    it('counts what was used where that is said', async () => {
      const ledger = makeLedger();
      const permit = await make(ledger).admit(demand, asking());
      permit.settle({ tokens: 12 });
      release(permit);
      expect(await usesOf(ledger)).toEqual({ tokens: { reserved: 0, spent: 12 }, requests: { reserved: 0, spent: 1 } });
    });

    it('gives it back when the work was not done', async () => {
      const ledger = makeLedger();
      release(await make(ledger).admit(demand, asking()));
      expect(await usesOf(ledger)).toEqual({});
    });

    it('charges at once what needs no room, and refuses what the budget lacks', async () => {
      const ledger = makeLedger();
      const house = make(ledger);
      await house.charge({ cpuMs: 0, tokens: 30 }, asking());
      expect(await usesOf(ledger)).toEqual({ tokens: { reserved: 0, spent: 30 }, requests: { reserved: 0, spent: 1 } });
      const refused = async () => house.charge({ cpuMs: 0, tokens: 71 }, asking());
      await expect(refused()).rejects.toThrow(BudgetExhaustedError);
      expect(house.state().inUseMs).toBe(0);
    });

    it('refuses before any waiting what the budget lacks, and takes nothing of the others', async () => {
      const ledger = makeLedger();
      const house = make(ledger);
      const refused = async () => house.admit({ cpuMs: 5, tokens: 101 }, asking());
      await expect(refused()).rejects.toThrow(BudgetExhaustedError);
      expect(await usesOf(ledger)).toEqual({});
      expect(house.state()).toMatchObject({ inUseMs: 0, waitingMs: 0 });
    });

    it('holds the budget while it waits, and gives it back when the caller leaves', async () => {
      const ledger = makeLedger();
      const house = make(ledger);
      const permits = [await house.admit(demand, internalContext()), await house.admit(demand, internalContext())];
      const controller = new AbortController();
      const waiting = Promise.resolve(house.admit(demand, asking({ signal: controller.signal })));
      const gone = expect(waiting).rejects.toThrow(CallerGoneError);
      await settled();
      expect((await usesOf(ledger))['tokens']).toEqual({ reserved: 30, spent: 0 });
      controller.abort(new CallerGoneError());
      await gone;
      expect(await usesOf(ledger)).toEqual({});
      permits.forEach(release);
    });

    it('gives it back when the door refuses', async () => {
      const ledger = makeLedger();
      const house = make(ledger, { waitingLimitMs: 0 });
      await house.admit(demand, internalContext());
      await house.admit(demand, internalContext());
      const refused = async () => house.admit(demand, asking());
      await expect(refused()).rejects.toThrow(OverloadedError);
      expect(await usesOf(ledger)).toEqual({});
    });

    it('lets nobody in who left while the ledger answered', async () => {
      const ledger = makeLedger();
      const house = make(ledger);
      const controller = new AbortController();
      const admitted = house.admit(demand, asking({ signal: controller.signal }));
      controller.abort(new CallerGoneError());
      await Promise.resolve(admitted).then(release, () => undefined);
      expect(house.state().inUseMs).toBe(0);
      expect((await ledger.usage('key')).every(({ reserved }) => reserved === 0)).toBe(true);
    });

    it('forecasts the refusal without taking anything', async () => {
      const ledger = makeLedger();
      const house = make(ledger);
      expect(await house.forecast(demand, asking())).toEqual({ outcome: 'admitted', waitMs: 0 });
      expect(await house.forecast({ ...demand, tokens: 101 }, asking())).toMatchObject({ outcome: 'refused', reason: 'GOVERNOR.BUDGET_EXHAUSTED' });
      expect(await usesOf(ledger)).toEqual({});
    });

    it('reports what all budgets together hold and have spent, without their accounts', async () => {
      const house = make(makeLedger());
      finish(await house.admit(demand, asking()));
      await house.admit(demand, asking({ budgets: [{ ...tokens, account: 'other' }] }));
      const { ledger } = await house.report();
      expect(ledger).toContainEqual({ resource: 'tokens', budgets: 2, reserved: 30, spent: 30 });
      expect(JSON.stringify(ledger)).not.toContain('other');
    });
  });

  it('notes a ledger that could not settle, and gives the room back all the same', async () => {
    const ledger = new DistantLedger();
    jest.spyOn(ledger, 'settle').mockRejectedValue(new Error('connection lost'));
    const house = make(ledger);
    finish(await house.admit(demand, asking()));
    await settled();
    expect(house.state().inUseMs).toBe(0);
    expect(house.decisions()).toMatchObject([{ kind: 'fault', subject: 'ledger', reason: 'INTERNAL' }]);
  });

  it('waits for a bounded number of answers', async () => {
    const ledger = new DistantLedger();
    const house = make(ledger, { maxWaiting: 1 });
    const first = house.admit(demand, asking());
    expect(() => house.admit(demand, asking())).toThrow('which is the limit of the ledger');
    release(await first);
  });

  it('refuses what is no amount', async () => {
    const permit = await make(new MemoryReservationLedger()).admit(demand, asking());
    expect(() => permit.settle({ tokens: -1 })).toThrow('This is a bug');
  });
});

const settled = () => new Promise((resolve) => setImmediate(resolve));
