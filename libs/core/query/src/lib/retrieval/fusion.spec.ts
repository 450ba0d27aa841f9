import fc from 'fast-check';
import { fuseByRank, fuseByScore, type Ranking } from './fusion';

const text: Ranking = [
  { id: 'a', score: 12 },
  { id: 'b', score: 8 },
  { id: 'c', score: 4 },
];
const vector: Ranking = [
  { id: 'b', score: 0.9 },
  { id: 'd', score: 0.5 },
];

describe('fuseByRank', () => {
  it('adds one by k and the rank of each ranking', () => {
    const [first, second] = fuseByRank({ text, vector });
    expect(first).toEqual({ id: 'b', score: 1 / 62 + 1 / 61, parts: { text: { rank: 2, score: 8 }, vector: { rank: 1, score: 0.9 } } });
    expect(second).toMatchObject({ id: 'a', score: 1 / 61 });
  });

  it('weighs rankings', () => {
    expect(fuseByRank({ text, vector }, { vector: 0 }).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('fuseByScore', () => {
  it('adds shares of the best', () => {
    expect(fuseByScore({ text, vector }, { text: 0.4, vector: 0.6 }).map(({ id, score }) => [id, Number(score.toFixed(3))])).toEqual([
      ['b', 0.867],
      ['a', 0.4],
      ['d', 0.333],
      ['c', 0.133],
    ]);
  });

  it('keeps the order of a ranking of which nothing is alike', () => {
    const unlike = [{ id: 'b', score: -0.1 }, { id: 'a', score: -0.2 }];
    expect(fuseByScore({ vector: unlike }).map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it('gives each id once, in the same order whatever the order of the rankings', () => {
    const ranking = fc.uniqueArray(fc.record({ id: fc.stringMatching(/^[0-9a-f]{1,2}$/), score: fc.integer({ min: 0, max: 20 }) }), { selector: ({ id }) => id, maxLength: 20 });
    const sorted = ranking.map((entries) => entries.sort((a, b) => b.score - a.score));
    fc.assert(
      fc.property(sorted, sorted, (one, two) => {
        const ids = fuseByScore({ one, two }).map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(new Set(ids)).toEqual(new Set([...one, ...two].map(({ id }) => id)));
        expect(fuseByScore({ two, one }).map(({ id }) => id)).toEqual(ids);
      }),
    );
  });
});
