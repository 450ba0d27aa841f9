import type { Budget } from '@cortex/kernel';
import { FakeClock } from '@cortex/kernel/testing';
import fc from 'fast-check';
import { LedgerFullError } from './governor.errors';
import { MemoryReservationLedger } from './memory-reservation-ledger';
import { reservationLedgerContract } from './reservation-ledger.contract';

const MINUTE = 60_000;
const budget: Budget = { account: 'one', resource: 'tokens', limit: 10, windowMs: MINUTE };

/** A ledger whose wall clock can be set apart from the time that passes. */
function make(maxReservations = 1_000) {
  const clock = new FakeClock();
  let offsetMs = 1_700_000_000_000 - (1_700_000_000_000 % MINUTE);
  const ledger = new MemoryReservationLedger({ clock, wallNow: () => clock.now() + offsetMs, maxReservations });
  const advance = (ms: number) => clock.advance(ms);
  const setWall = (byMs: number) => (offsetMs += byMs);
  const spend = (amount: number) => ledger.settle(ledger.reserve([{ budget, amount }]), { tokens: amount });
  return { ledger, clock, advance, setWall, spend };
}

describe('MemoryReservationLedger', () => {
  reservationLedgerContract(() => make(10_000));

  it('answers at once', () => {
    expect(make().ledger.reserve([{ budget, amount: 1 }])).not.toBeInstanceOf(Promise);
  });

  it('aligns windows to the wall clock', () => {
    const { advance, spend, ledger } = make();
    advance(MINUTE - 1_000);
    spend(10);
    expect(ledger.usage('one')).toMatchObject([{ refillsInMs: 1_000, spent: 10 }]);
    advance(1_000);
    spend(10);
    expect(ledger.usage('one')).toMatchObject([{ refillsInMs: MINUTE }]);
  });

  it.each([-86_400_000, -30_000, 30_000, 90_000, 86_400_000])('neither refills early nor locks for ever when the wall clock is set by %p ms', (byMs) => {
    const { advance, spend, setWall } = make();
    spend(10);
    setWall(byMs);
    expect(() => spend(1)).toThrow('left');
    advance(MINUTE - 1);
    expect(() => spend(1)).toThrow('left');
    advance(1);
    spend(10);
    advance(2 * MINUTE);
    spend(10);
  });

  it('never refills twice within one window, however the wall clock is set', () => {
    const jumps = fc.array(fc.record({ afterMs: fc.integer({ min: 1, max: 2 * MINUTE }), byMs: fc.integer({ min: -1e9, max: 1e9 }) }), { maxLength: 40 });
    fc.assert(
      fc.property(jumps, (list) => {
        const { advance, setWall, ledger, clock } = make();
        const refills: number[] = [];
        for (const { afterMs, byMs } of list) {
          advance(afterMs);
          setWall(byMs);
          try {
            ledger.settle(ledger.reserve([{ budget, amount: 10 }]), { tokens: 10 });
            refills.push(clock.now());
          } catch {
            expect(clock.now() - (refills.at(-1) ?? 0)).toBeLessThanOrEqual(2 * MINUTE);
          }
        }
        // As with any aligned windows, two may meet at a boundary; three never fit into one window.
        for (let n = 2; n < refills.length; n += 1) expect(refills[n]! - refills[n - 2]!).toBeGreaterThanOrEqual(0.9 * MINUTE);
      }),
    );
  });

  it('keeps a bounded number of reservations', () => {
    const { ledger } = make(3);
    const [first] = [1, 2, 3].map(() => ledger.reserve([{ budget, amount: 1 }]));
    expect(() => ledger.reserve([{ budget, amount: 1 }])).toThrow(LedgerFullError);
    ledger.release(first!);
    ledger.reserve([{ budget, amount: 1 }]);
  });

  it('forgets accounts that hold nothing and have nothing spent in their window', () => {
    const { ledger, advance } = make();
    for (let n = 0; n < 5_000; n += 1) {
      ledger.settle(ledger.reserve([{ budget: { ...budget, account: `account-${n}` }, amount: 1 }]), { tokens: 1 });
    }
    expect(ledger.usage()).toHaveLength(5_000);
    advance(MINUTE);
    expect(ledger.usage()).toHaveLength(0);
  });

  it('refuses what is no amount before anything is held', () => {
    const { ledger } = make();
    expect(() => ledger.reserve([{ budget, amount: 1 }, { budget, amount: Number.NaN }])).toThrow('This is a bug');
    expect(ledger.usage()).toHaveLength(0);
  });
});
