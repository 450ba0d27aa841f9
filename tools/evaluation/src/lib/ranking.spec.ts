import fc from 'fast-check';
import { ndcg, spearman, topOf } from './ranking';

describe('topOf', () => {
  it('keeps the order of the index among equals', () => {
    expect(topOf([1, 3, 2, 3], 3)).toEqual([1, 3, 2]);
  });
});

describe('ndcg', () => {
  const gains = new Map([['a', 4], ['b', 1], ['c', 2]]);

  it('is 1 for the ideal order and 0 where nothing is found', () => {
    expect(ndcg(['a', 'c', 'b', 'x'], gains, 10)).toBe(1);
    expect(ndcg(['x', 'y'], gains, 10)).toBe(0);
    expect(ndcg(['a'], new Map(), 10)).toBe(0);
  });

  it('computes linear gains over the logarithm of the rank', () => {
    const ideal = 4 + 2 / Math.log2(3) + 1 / 2;
    expect(ndcg(['b', 'x', 'a'], gains, 10)).toBeCloseTo((1 + 4 / 2) / ideal, 12);
    expect(ndcg(['b', 'x', 'a'], gains, 2)).toBeCloseTo(1 / (4 + 2 / Math.log2(3)), 12);
  });
});

describe('spearman', () => {
  it('sees the order alone', () => {
    const values = fc.uniqueArray(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 2 });
    fc.assert(
      fc.property(values, (a) => {
        expect(spearman(a, a.map((value) => value ** 3))).toBeCloseTo(1, 9);
        expect(spearman(a, a.map((value) => -value))).toBeCloseTo(-1, 9);
      }),
    );
  });
});
