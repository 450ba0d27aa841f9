import fc from 'fast-check';
import { Tally, tallies, type TypedSpan } from './span-tally';

const span = (type: string, start: number, end: number): TypedSpan => ({ type, start, end });

describe('tallies', () => {
  it('counts a span only where place and type are the same', () => {
    const known = [[span('PER', 0, 3), span('LOC', 7, 12)], [span('ORG', 0, 4)]];
    const found = [[span('PER', 0, 3), span('LOC', 7, 11), span('ORG', 20, 22)], [span('LOC', 0, 4)]];
    const result = tallies(known, found);
    expect(result.get('PER')).toMatchObject({ right: 1, found: 1, known: 1 });
    expect(result.get('LOC')).toMatchObject({ right: 0, found: 2, known: 1 });
    expect(result.get('ORG')).toMatchObject({ right: 0, found: 1, known: 1 });
    expect(result.get('all')).toMatchObject({ right: 1, found: 4, known: 3, recall: 1 / 3, precision: 1 / 4, f1: 2 / 7 });
  });

  it('keeps texts apart', () => {
    expect(tallies([[span('PER', 0, 3)], []], [[], [span('PER', 0, 3)]]).get('all')!.right).toBe(0);
  });

  it('gives F as the weighted harmonic mean of precision and recall', () => {
    const counts = fc.tuple(fc.nat(50), fc.nat(50), fc.nat(50)).filter(([right]) => right > 0);
    fc.assert(
      fc.property(counts, ([right, missed, wrong]) => {
        const tally = Object.assign(new Tally(), { right, known: right + missed, found: right + wrong });
        const { precision: p, recall: r } = tally;
        expect(tally.f1).toBeCloseTo((2 * p * r) / (p + r), 12);
        expect(tally.f2).toBeCloseTo((5 * p * r) / (4 * p + r), 12);
      }),
    );
  });

  it('has an F of 0 where nothing is right, and no loss where there is nothing', () => {
    expect(Object.assign(new Tally(), { known: 2 })).toMatchObject({ f1: 0, f2: 0, recall: 0, precision: 1 });
    expect(tallies([[]], [[]]).get('all')).toMatchObject({ recall: 1, precision: 1 });
  });
});
