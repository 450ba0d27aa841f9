import { cosine } from './cosine';

describe('cosine', () => {
  it('is 1 for one direction, 0 for a right angle and for what has none, whatever the lengths', () => {
    expect(cosine([1, 2], [2, 4])).toBeCloseTo(1, 12);
    expect(cosine(Float32Array.of(3, 0), [0, 5])).toBe(0);
    expect(cosine([0, 0], [1, 1])).toBe(0);
    expect(cosine([1, 1], [1])).toBe(1);
  });
});
