import { estimate } from './confidence';
import { ndcgAt, recallAt, reciprocalRankAt } from './ranking-metrics';

const judged = new Map([
  ['a', 3],
  ['b', 1],
  ['c', 0],
  ['d', -1],
]);

describe('ranking metrics', () => {
  it('are one for the ideal order', () => {
    expect(ndcgAt(10, ['a', 'b', 'x'], judged)).toBe(1);
    expect(recallAt(2, ['b', 'a'], judged)).toBe(1);
    expect(reciprocalRankAt(10, ['b'], judged)).toBe(1);
  });

  it('discount by the place', () => {
    expect(ndcgAt(10, ['b', 'a'], judged)).toBeCloseTo((1 + 3 / Math.log2(3)) / (3 + 1 / Math.log2(3)));
    expect(reciprocalRankAt(10, ['x', 'c', 'b'], judged)).toBeCloseTo(1 / 3);
  });

  it('see no further than the depth', () => {
    expect(ndcgAt(1, ['x', 'a'], judged)).toBe(0);
    expect(recallAt(1, ['a', 'b'], judged)).toBe(0.5);
    expect(reciprocalRankAt(1, ['x', 'a'], judged)).toBe(0);
  });

  it('are nothing where nothing is relevant', () => {
    const none = new Map([['c', 0]]);
    expect([ndcgAt(10, ['c'], none), recallAt(10, ['c'], none), reciprocalRankAt(10, ['c'], none)]).toEqual([0, 0, 0]);
  });
});

describe('estimate', () => {
  it('has its mean within the interval, the same each time', () => {
    const values = Array.from({ length: 200 }, (_, n) => (n % 10) / 10);
    const { mean, low, high } = estimate(values);
    expect(mean).toBeCloseTo(0.45);
    expect(high - low).toBeCloseTo(2 * 1.96 * (0.2872 / Math.sqrt(200)), 1);
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
    expect(estimate(values)).toEqual({ mean, low, high });
  });

  it('is zero of nothing', () => {
    expect(estimate([])).toEqual({ mean: 0, low: 0, high: 0 });
  });
});
