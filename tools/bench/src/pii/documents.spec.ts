import { documents } from './documents';
import { tallies } from './scores';

describe('documents', () => {
  it('follow from their seed', () => {
    expect(documents(20, 7)).toEqual(documents(20, 7));
    expect(documents(20, 7)).not.toEqual(documents(20, 8));
  });

  it('know where their personal data stands', () => {
    for (const { text, known } of documents(300, 1)) {
      let last = 0;
      for (const { start, end } of known) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(text.slice(start, end).trim()).toHaveLength(end - start);
        expect(end).toBeGreaterThan(start);
        last = end;
      }
      expect(text).not.toMatch(/[{}§¤]|\[\w/);
    }
  });
});

describe('tallies', () => {
  const document = { text: 'a b c', language: 'en', known: [{ type: 'A', start: 0, end: 1 }, { type: 'B', start: 2, end: 3 }] };

  it('count what was found at the very place, by type and together', () => {
    const found = [{ type: 'A', start: 0, end: 1 }, { type: 'A', start: 2, end: 3 }];
    const scores = tallies([document], () => found, []);
    expect([scores.get('all')!.recall, scores.get('A')!.precision, scores.get('B')!.recall]).toEqual([0.5, 0.5, 0]);
    expect(scores.get('A')!.f2).toBeCloseTo(5 * 0.5 / (4 * 0.5 + 1));
  });

  it('leave out what is not measured', () => {
    expect([...tallies([document], () => [], ['A']).keys()]).toEqual(['all', 'B']);
  });
});
