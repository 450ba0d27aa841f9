import { median, quantile } from './statistics';

describe('statistics', () => {
  it('finds the middle and the quantiles of unsorted values', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(quantile([10, 20, 30, 40, 50], 0.99)).toBeCloseTo(49.6);
    expect(median([])).toBeNaN();
  });
});
