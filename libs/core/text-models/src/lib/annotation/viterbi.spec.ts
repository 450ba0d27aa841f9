import fc from 'fast-check';
import { movesOf, type Moves } from './tags';
import { bestPath } from './viterbi';

const BIO = ['O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC'];
const head = (labels: readonly string[], transitions?: number[][]) => ({ kind: 'tags', columns: [0, labels.length], labels, transitions }) as const;

function scoreOf(path: readonly number[], scores: Float32Array, moves: Moves): number {
  const labels = moves.starts.length;
  return path.reduce((sum, label, word) => sum + scores[word * labels + label]! + (word === 0 ? moves.starts[label]! : moves.scores[path[word - 1]! * labels + label]!), 0);
}

function allPaths(words: number, labels: number): number[][] {
  return Array.from({ length: labels ** words }, (_, code) => Array.from({ length: words }, (__, word) => Math.floor(code / labels ** word) % labels));
}

const score = fc.double({ min: -10, max: 10, noNaN: true });

describe('bestPath', () => {
  it('finds what trying all paths finds', () => {
    const sequence = fc.record({ labels: fc.integer({ min: 1, max: 4 }), words: fc.integer({ min: 0, max: 5 }) })
      .chain(({ labels, words }) => fc.record({
        labels: fc.constant(labels), words: fc.constant(words),
        scores: fc.array(score, { minLength: labels * words, maxLength: labels * words }),
        transitions: fc.array(fc.array(fc.oneof(score, fc.constant(-10_000)), { minLength: labels, maxLength: labels }), { minLength: labels, maxLength: labels }),
      }));
    fc.assert(fc.property(sequence, ({ labels, words, scores, transitions }) => {
      const moves = movesOf(head(BIO.slice(0, labels), transitions));
      const given = Float32Array.from(scores);
      const path = [...bestPath(given, moves)];
      expect(path).toHaveLength(words);
      const best = allPaths(words, labels).reduce((most, candidate) => Math.max(most, scoreOf(candidate, given, moves)), -Infinity);
      expect(scoreOf(path, given, moves)).toBeCloseTo(best, 6);
    }));
  });

  it('never continues what did not begin, however much the words want it', () => {
    const wishes = fc.array(fc.array(score, { minLength: BIO.length, maxLength: BIO.length }), { maxLength: 12 });
    fc.assert(fc.property(wishes, (rows) => {
      const path = [...bestPath(Float32Array.from(rows.flat()), movesOf(head(BIO)))].map((label) => BIO[label]!);
      path.forEach((label, word) => {
        if (label.startsWith('I-')) expect([`B-${label.slice(2)}`, label]).toContain(path[word - 1]);
      });
    }));
  });

  it('forbids nothing where no label begins, and nothing that the transitions allow', () => {
    const inside = Float32Array.of(0, 5, 0, 5);
    expect([...bestPath(inside, movesOf(head(['O', 'I-PER'])))]).toEqual([1, 1]);
    expect([...bestPath(inside, movesOf(head(['O', 'PER'])))]).toEqual([1, 1]);
    const wantsInside = Float32Array.of(0, -9, 5);
    expect([...bestPath(wantsInside, movesOf(head(['O', 'B-PER', 'I-PER'])))]).toEqual([0]);
    expect([...bestPath(wantsInside, movesOf(head(['O', 'B-PER', 'I-PER'], [[0, 0, 0], [0, 0, 0], [0, 0, 0]])))]).toEqual([2]);
    expect([...bestPath(wantsInside, movesOf(head(['O', 'B-PER', 'I-PER'], [[0, 0, -9_998.5], [0, 0, 0], [0, 0, 0]])))]).toEqual([0]);
  });

  it('does not go on behind what ends', () => {
    const labels = ['O', 'S-PER', 'B-PER', 'E-PER'];
    const { scores } = movesOf(head(labels));
    const mayFollow = (from: string, to: string) => scores[labels.indexOf(from) * labels.length + labels.indexOf(to)] === 0;
    expect([mayFollow('B-PER', 'E-PER'), mayFollow('E-PER', 'E-PER'), mayFollow('S-PER', 'E-PER'), mayFollow('S-PER', 'B-PER')]).toEqual([true, false, false, true]);
  });
});
