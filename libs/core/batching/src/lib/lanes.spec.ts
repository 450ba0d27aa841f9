import { PRIORITIES, RANK, type Priority } from '@cortex/kernel';
import * as fc from 'fast-check';
import { AGEING_MS, Lanes, type Waiter } from './lanes';

class Someone implements Waiter<Someone> {
  ahead: Someone | undefined;
  behind: Someone | undefined;
  readonly group = 'a';

  constructor(readonly priority: Priority, readonly since: number, readonly rows = 1, readonly length = 1, readonly workMs = 1) {}

  get urgency(): number {
    return this.since + RANK[this.priority] * AGEING_MS;
  }
}

const parties = fc.array(
  fc.tuple(fc.constantFrom(...PRIORITIES), fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 8 })).map(([priority, times]) =>
    times.sort((a, b) => a - b).map((since) => new Someone(priority, since, 2, 3, 0.25)),
  ),
  { maxLength: 12 },
);

describe('Lanes', () => {
  describe('mostUrgent', () => {
    it('gives those who wait in order of urgency, as many as asked for', () => {
      fc.assert(fc.property(parties, fc.nat(60), (all, limit) => {
        const lanes = new Lanes<Someone>();
        all.forEach((party) => lanes.add(party));
        const expected = all.flat().map(({ urgency }) => urgency).sort((a, b) => a - b);
        expect(lanes.mostUrgent(limit).map(({ urgency }) => urgency)).toEqual(expected.slice(0, limit));
      }));
    });

    it('keeps the order of arrival among equals', () => {
      const lanes = new Lanes<Someone>();
      const [first, second, third] = [new Someone('low', 5), new Someone('low', 5), new Someone('low', 5)];
      lanes.add([first, second]);
      lanes.add([third]);
      expect(lanes.mostUrgent(9)).toEqual([first, second, third]);
    });

    it('lets a higher priority pass, but not one who has waited long', () => {
      const lanes = new Lanes<Someone>();
      const old = new Someone('low', 0);
      const recent = new Someone('low', 29_000);
      const high = new Someone('high', 30_000);
      [old, recent, high].forEach((one) => lanes.add([one]));
      expect(lanes.mostUrgent(9)).toEqual([old, high, recent]);
    });
  });

  describe('remove', () => {
    it('forgets exactly that one, in order and in every sum', () => {
      fc.assert(fc.property(parties, fc.infiniteStream(fc.boolean()), (all, coin) => {
        const lanes = new Lanes<Someone>();
        all.forEach((party) => lanes.add(party));
        const stay = all.flat().filter((one) => coin.next().value || void lanes.remove(one));
        expect(new Set(lanes.mostUrgent(1000))).toEqual(new Set(stay));
        expect(lanes).toMatchObject({ count: stay.length, rows: stay.length * 2, tokens: stay.length * 6, workMs: stay.length / 4 });
        for (const priority of PRIORITIES) {
          expect(lanes.depth(priority)).toBe(stay.filter((one) => one.priority === priority).length);
        }
      }));
    });
  });
});
