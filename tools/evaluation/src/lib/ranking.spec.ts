import fc from 'fast-check';
import { spearman, topOf } from './ranking';

describe('topOf', () => {
  it('keeps the order of the index among equals', () => {
    expect(topOf([1, 3, 2, 3], 3)).toEqual([1, 3, 2]);
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
