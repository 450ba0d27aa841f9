import { diversify } from './diversify';

const at = (id: string, score: number, angle: number) => ({ id, score, vector: Float32Array.of(Math.cos(angle), Math.sin(angle)) });
const near = [at('a', 1, 0), at('a2', 0.9, 0.01), at('b', 0.5, 1.5), at('c', 0, 0.8)];
const ids = (count: number, diversity: number) => diversify(near, count, diversity).map(({ id }) => id);

describe('diversify', () => {
  it('keeps the order of the scores when difference counts nothing', () => {
    expect(ids(4, 0)).toEqual(['a', 'a2', 'b', 'c']);
  });

  it('prefers what is unlike to what is alike', () => {
    expect(ids(2, 0.5)).toEqual(['a', 'b']);
  });

  it('gives no more than there is', () => {
    expect(ids(10, 0.7)).toHaveLength(4);
    expect(diversify([], 3, 0.5)).toEqual([]);
  });
});
