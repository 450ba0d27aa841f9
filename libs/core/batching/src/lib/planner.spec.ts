import * as fc from 'fast-check';
import { costOf, workOf } from './cost-model';
import { Planner, type BatchItem, type PlannerOptions } from './planner';

const costModels = fc.record({
  c0: fc.double({ min: 0, max: 5, noNaN: true }),
  c1: fc.double({ min: 0.001, max: 0.1, noNaN: true }),
  c2: fc.double({ min: 0, max: 0.001, noNaN: true }),
});
const options = fc.record({
  maxBatchRows: fc.integer({ min: 1, max: 40 }),
  maxBatchTokens: fc.integer({ min: 1, max: 1024 }),
  costModel: costModels,
  windowItems: fc.constant(256),
});
const shares = fc.oneof(fc.constant(Infinity), fc.double({ min: 0.01, max: 50, noNaN: true }));
const manyItems = fc.array(itemsOf(fc.constantFrom('a', 'b', 'c')), { minLength: 1, maxLength: 80 });
const peers = fc.array(itemsOf(fc.constant('a')), { minLength: 1, maxLength: 80 });

function itemsOf(group: fc.Arbitrary<string>): fc.Arbitrary<BatchItem> {
  return fc.record({ rows: fc.integer({ min: 1, max: 4 }), length: fc.integer({ min: 1, max: 256 }), group });
}

const rowOf = (length: number, group = 'a'): BatchItem => ({ rows: 1, length, group });
const rowsOf = (batch: readonly BatchItem[]) => batch.reduce((sum, { rows }) => sum + rows, 0);
const longestOf = (batch: readonly BatchItem[]) => Math.max(...batch.map(({ length }) => length));

function withinLimits(batch: readonly BatchItem[], { maxBatchRows, maxBatchTokens }: PlannerOptions): boolean {
  return batch.length === 1 || (rowsOf(batch) <= maxBatchRows && rowsOf(batch) * longestOf(batch) <= maxBatchTokens);
}

function totalCost(batches: readonly (readonly BatchItem[])[], { costModel }: PlannerOptions): number {
  return batches.reduce((sum, batch) => sum + costOf(costModel, rowsOf(batch), longestOf(batch)), 0);
}

function fifoChunks(items: readonly BatchItem[], limits: PlannerOptions): BatchItem[][] {
  const chunks: BatchItem[][] = [[]];
  for (const item of items) {
    const last = chunks.at(-1)!;
    if (last.length === 0 || withinLimits([...last, item], limits)) last.push(item);
    else chunks.push([item]);
  }
  return chunks;
}

/** Every way to put items into batches, in any order. */
function* partitions(items: readonly BatchItem[]): Generator<BatchItem[][]> {
  const [first, ...rest] = items;
  if (!first) return yield [];
  for (const batches of partitions(rest)) {
    yield [[first], ...batches];
    for (const i of batches.keys()) yield batches.map((batch, j) => (i === j ? [first, ...batch] : batch));
  }
}

const OPTIONS: PlannerOptions = { maxBatchRows: 32, maxBatchTokens: 512, costModel: { c0: 1, c1: 0.055, c2: 0.00005 }, windowItems: 256 };

describe('Planner', () => {
  describe('cut', () => {
    it('never costs more than one batch an item', () => {
      fc.assert(fc.property(peers, options, (items, limits) => {
        const cost = totalCost(new Planner(limits).cut(items, Infinity), limits);
        expect(cost).toBeLessThanOrEqual(totalCost(items.map((item) => [item]), limits) * (1 + 1e-6));
      }), { numRuns: 300 });
    });

    it('never costs more than chunks in order of arrival, of rows of any length and of slabs of one length', () => {
      const rows = fc.array(fc.integer({ min: 1, max: 256 }).map((length) => rowOf(length)), { minLength: 1, maxLength: 80 });
      const slabs = fc.array(fc.record({ rows: fc.integer({ min: 1, max: 9 }), length: fc.constant(1), group: fc.constant('a') }), { minLength: 1 });
      fc.assert(fc.property(fc.oneof(rows, slabs), options, (items, limits) => {
        const cost = totalCost(new Planner(limits).cut(items, Infinity), limits);
        expect(cost).toBeLessThanOrEqual(totalCost(fifoChunks(items, limits), limits) * (1 + 1e-6));
      }), { numRuns: 300 });
    });

    it('costs as little as the best of all possible batches of single rows', () => {
      const fewRows = fc.array(fc.integer({ min: 1, max: 256 }).map((length) => rowOf(length)), { minLength: 1, maxLength: 6 });
      fc.assert(fc.property(fewRows, options, (items, limits) => {
        const feasible = [...partitions(items)].filter((batches) => batches.every((batch) => withinLimits(batch, limits)));
        const least = Math.min(...feasible.map((batches) => totalCost(batches, limits)));
        expect(totalCost(new Planner(limits).cut(items, Infinity), limits) / least).toBeCloseTo(1, 6);
      }));
    });

    it('fills the batches of equal rows from the most urgent on', () => {
      fc.assert(fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 256 }), options, (count, length, limits) => {
        const items = Array.from({ length: count }, () => rowOf(length));
        const batches = new Planner({ ...limits, costModel: OPTIONS.costModel }).cut(items, Infinity);
        const full = Math.max(1, Math.min(limits.maxBatchRows, Math.floor(limits.maxBatchTokens / length)));
        expect(batches.flat()).toEqual(items);
        expect(batches.slice(0, -1).every((batch) => batch.length === full)).toBe(true);
      }));
    });

    it('gives no slot more than its share of equal rows', () => {
      const loads = fc.record({ count: fc.integer({ min: 1, max: 64 }), slots: fc.integer({ min: 1, max: 4 }), length: fc.integer({ min: 1, max: 256 }) });
      fc.assert(fc.property(loads, ({ count, slots, length }) => {
        const items = Array.from({ length: count }, () => rowOf(length));
        const shareMs = items.reduce((sum) => sum + workOf(OPTIONS.costModel, 1, length), 0) / slots;
        const [largest] = new Planner({ ...OPTIONS, maxBatchRows: 64, maxBatchTokens: Infinity }).cut(items, shareMs);
        expect(largest).toHaveLength(Math.ceil(count / slots));
      }), { numRuns: 300 });
    });
  });

  describe('next', () => {
    it('puts every item in exactly one batch, within the limits, beside its own group only, the most urgent first', () => {
      fc.assert(fc.property(manyItems, options, shares, (items, limits, shareMs) => {
        const planner = new Planner(limits);
        const left = new Set(items);
        while (left.size > 0) {
          const waiting = [...left];
          const batch = planner.next(waiting, shareMs);
          expect(batch).toContain(waiting[0]);
          expect(withinLimits(batch, limits)).toBe(true);
          expect(batch.every((item) => item.group === waiting[0]!.group && left.delete(item))).toBe(true);
        }
      }));
    });

    it('gives the same batch whatever it planned before', () => {
      fc.assert(fc.property(manyItems, manyItems, options, (before, items, limits) => {
        const used = new Planner(limits);
        used.next(before, Infinity);
        expect(used.next(items, Infinity)).toEqual(new Planner(limits).next(items, Infinity));
      }));
    });

    it('takes one batch of the cheapest cut', () => {
      fc.assert(fc.property(peers, options, shares, (items, limits, shareMs) => {
        const planner = new Planner(limits);
        expect(planner.cut(items, shareMs)).toContainEqual(planner.next(items, shareMs));
      }));
    });

    it('does not look beyond its window', () => {
      const planner = new Planner({ ...OPTIONS, windowItems: 4 });
      const items = [100, 200, 200, 200, 100, 100].map((length) => rowOf(length));
      expect(planner.next(items, Infinity)).toEqual([items[0]]);
    });

    it('runs an item above the limits alone', () => {
      const planner = new Planner(OPTIONS);
      const large = { rows: 64, length: 64, group: 'a' };
      expect(planner.next([large, rowOf(64), rowOf(64)], Infinity)).toEqual([large]);
    });
  });
});
