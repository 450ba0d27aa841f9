import type { Moves } from './tags';

/** The labels, by their index, of the path with the highest sum of scores: `scores` holds a row of labels for each word. */
export function bestPath(scores: Float32Array, { starts, scores: moves }: Moves): Int32Array {
  const labels = starts.length;
  const words = scores.length / labels;
  const cameFrom = new Int32Array(scores.length);
  let reached = Float64Array.from(starts, (start, label) => start + (scores[label] ?? 0));
  let next = new Float64Array(labels);
  for (let word = 1; word < words; word += 1) {
    for (let to = 0; to < labels; to += 1) {
      const from = bestBefore(to, reached, moves);
      cameFrom[word * labels + to] = from;
      next[to] = reached[from]! + moves[from * labels + to]! + scores[word * labels + to]!;
    }
    [reached, next] = [next, reached];
  }
  return traced(cameFrom, indexOfLargest(reached), words);
}

/** From where a label is reached best. */
function bestBefore(to: number, reached: Float64Array, moves: Float64Array): number {
  let best = 0;
  let most = -Infinity;
  for (let from = 0, move = to; from < reached.length; from += 1, move += reached.length) {
    const score = reached[from]! + moves[move]!;
    if (score > most) [best, most] = [from, score];
  }
  return best;
}

function traced(cameFrom: Int32Array, last: number, words: number): Int32Array {
  const labels = words === 0 ? 0 : cameFrom.length / words;
  const path = new Int32Array(words);
  for (let word = words - 1, label = last; word >= 0; word -= 1) {
    path[word] = label;
    label = cameFrom[word * labels + label]!;
  }
  return path;
}

function indexOfLargest(values: Float64Array): number {
  return values.reduce((best, value, index) => (value > values[best]! ? index : best), 0);
}
