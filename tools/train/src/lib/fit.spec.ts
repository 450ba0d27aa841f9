import { fit } from './fit';
import { Random } from './random';
import { cosine, normalize, Vectors } from './vectors';
import { wordBags } from './word-bags';

const WIDTH = 8;
const TOKENS = 40;

const tableOf = (seed: number): Vectors => {
  const random = new Random(seed);
  return new Vectors(WIDTH, Float32Array.from({ length: TOKENS * WIDTH }, () => random.next() - 0.5));
};
const sumOf = (table: Vectors, text: readonly number[]) =>
  text.reduce((sum, token) => sum.map((value, index) => value + table.row(token)[index]!), new Float32Array(WIDTH));

describe('fit', () => {
  const truth = tableOf(1);
  const texts = wordBags([...Array(TOKENS).keys()], 2_000, new Random(2));
  const targets = normalize(Vectors.concat(texts.map((text) => new Vectors(WIDTH, sumOf(truth, text)))));

  it('finds the table that made the targets', () => {
    const table = tableOf(3);
    const distance = fit(table, { texts, targets }, { epochs: 20, step: 0.3, random: new Random(4) });
    expect(distance).toBeLessThan(0.02);

    const fresh = wordBags([...Array(TOKENS).keys()], 50, new Random(9));
    for (const text of fresh) expect(cosine(sumOf(table, text), sumOf(truth, text))).toBeGreaterThan(0.8);
  });

  it('gives the same bits for the same seed', () => {
    const fitted = () => {
      const table = tableOf(3);
      fit(table, { texts, targets }, { epochs: 2, step: 0.3, random: new Random(4) });
      return table.data;
    };
    expect(fitted()).toEqual(fitted());
  });

  it('leaves tokens alone that no text has, and takes a text without tokens', () => {
    const table = tableOf(3);
    fit(table, { texts: [[1, 2], []], targets: new Vectors(WIDTH, targets.data.slice(0, 2 * WIDTH)) }, { epochs: 2, step: 0.3, random: new Random(4) });
    expect(table.row(5)).toEqual(tableOf(3).row(5));
    expect(table.row(1)).not.toEqual(tableOf(3).row(1));
    expect(table.data.every(Number.isFinite)).toBe(true);
  });
});

describe('wordBags', () => {
  it('uses every token equally often, in bags of 3 to 14', () => {
    const counts = new Map<number, number>();
    const bags = wordBags([3, 5, 7], 500, new Random(1));
    for (const token of bags.flat()) counts.set(token, (counts.get(token) ?? 0) + 1);
    expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(1);
    expect([...counts.keys()].sort()).toEqual([3, 5, 7]);
    expect(bags.every(({ length }) => length >= 3 && length <= 14)).toBe(true);
  });
});
