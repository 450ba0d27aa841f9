import { Spans } from './spans';
import { tagOf } from './tags';

/** Words of one letter and a space between them. */
function spansOf(...labels: readonly string[]) {
  const spans = new Spans();
  labels.forEach((label, word) => spans.add({ start: word * 2, stop: word * 2 + 1 }, tagOf(label), (word + 1) / 10));
  return spans.finished().map(({ start, stop, label, score }) => [start, stop, label, Number(score.toFixed(6))]);
}

describe('Spans', () => {
  it('joins words and gives the mean of their scores', () => {
    expect(spansOf('O', 'B-PER', 'I-PER', 'O', 'B-LOC')).toEqual([[2, 5, 'PER', 0.25], [8, 9, 'LOC', 0.5]]);
  });

  it('begins anew where a label begins, ends, or changes', () => {
    expect(spansOf('B-PER', 'B-PER', 'I-LOC', 'S-LOC', 'I-LOC')).toEqual([[0, 1, 'PER', 0.1], [2, 3, 'PER', 0.2], [4, 5, 'LOC', 0.3], [6, 7, 'LOC', 0.4], [8, 9, 'LOC', 0.5]]);
  });

  it('joins equal types without a place', () => {
    expect(spansOf('NOUN', 'NOUN', 'VERB', 'I-', 'B-')).toEqual([[0, 3, 'NOUN', 0.15], [4, 5, 'VERB', 0.3], [6, 7, 'I-', 0.4], [8, 9, 'B-', 0.5]]);
  });

  it('finds nothing in nothing', () => {
    expect(spansOf()).toEqual([]);
    expect(spansOf('O')).toEqual([]);
  });
});
