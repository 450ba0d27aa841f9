import { zipfWeights } from './zipf';

describe('zipfWeights', () => {
  it('rises with the rank, below 1, and is 0 for other ids', () => {
    const weights = zipfWeights([2, 3, 5], 6, 0.1);
    expect([weights[0], weights[1], weights[4]]).toEqual([0, 0, 0]);
    // p of the first of three: 1 / (1 + 1/2 + 1/3)
    expect(weights[2]).toBeCloseTo(0.1 / (0.1 + 6 / 11), 6);
    expect(weights[2]).toBeLessThan(weights[3]!);
    expect(weights[3]).toBeLessThan(weights[5]!);
    expect(weights[5]).toBeLessThan(1);
  });
});
