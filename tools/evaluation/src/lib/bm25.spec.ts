import { Bm25 } from './bm25';

describe('Bm25', () => {
  const index = new Bm25(['the wing in a slipstream', 'heat of a slab', 'the wing of the wing']);

  describe('scores', () => {
    it('gives nothing for words that no document has', () => {
      expect([...index.scores('turbulence')]).toEqual([0, 0, 0]);
    });

    it('computes the formula', () => {
      // N 3, n 1, tf 1, length 4 of mean 14/3
      const idf = Math.log(1 + 2.5 / 1.5);
      const expected = idf / (1 + 1.5 * (0.25 + (0.75 * 4) / (14 / 3)));
      expect(index.scores('heat slab')[1]).toBeCloseTo(2 * expected, 12);
    });

    it('prefers the rare word, the repeated word, and takes case and signs as nothing', () => {
      const [slipstream, , wings] = index.scores('Wing!');
      expect(wings).toBeGreaterThan(slipstream!);
      expect(index.scores('slab')[1]).toBeGreaterThan(index.scores('of')[1]!);
    });
  });
});
