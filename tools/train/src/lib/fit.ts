import type { Random } from './random';
import type { TokenIds } from './teacher';
import { dot, type Vectors } from './vectors';

export interface Examples {
  readonly texts: readonly TokenIds[];
  /** The teacher's vector of each text, in the table's space, length 1. */
  readonly targets: Vectors;
}

export interface FitOptions {
  readonly epochs: number;
  /** Length of a token's first step, in the table's units; it falls to 0 over the run. */
  readonly step: number;
  readonly random: Random;
}

/**
 * Moves the token vectors, in place, so that the sum over a text points where the teacher's vector points: stochastic
 * gradient descent on the cosine distance with one AdaGrad rate for each token, so that rare tokens move as far as frequent ones.
 * @returns the mean cosine distance of the last epoch
 */
export function fit(table: Vectors, { texts, targets }: Examples, { epochs, step, random }: FitOptions): number {
  const spent = new Float64Array(table.count);
  const gradient = new Float32Array(table.width);
  const order = Uint32Array.from(texts.keys());
  let distance = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    distance = 0;
    random.shuffle(order).forEach((index, done) => {
      const text = texts[index]!;
      distance += gradientOf(text, table, { target: targets.row(index), into: gradient }) / order.length;
      const left = 1 - (epoch + done / order.length) / epochs;
      descend(text, table, { gradient, spent, step: step * left });
    });
  }
  return distance;
}

/** The direction in which the sum leaves the target's, without the factor 1 / |sum|; returns the cosine distance. */
function gradientOf(text: TokenIds, table: Vectors, { target, into }: { readonly target: Float32Array; readonly into: Float32Array }): number {
  into.fill(0);
  for (const token of text) add(into, table.row(token), 1);
  const length = Math.sqrt(dot(into, into));
  if (length === 0) return 1;

  const cosine = dot(into, target) / length;
  for (let index = 0; index < into.length; index++) into[index] = (cosine * into[index]!) / length - target[index]!;
  return 1 - cosine;
}

interface Descent {
  readonly gradient: Float32Array;
  readonly spent: Float64Array;
  readonly step: number;
}

function descend(text: TokenIds, table: Vectors, { gradient, spent, step }: Descent): void {
  const square = dot(gradient, gradient);
  if (square === 0) return;
  for (const token of text) {
    spent[token]! += square;
    add(table.row(token), gradient, -step / Math.sqrt(spent[token]!));
  }
}

function add(to: Float32Array, from: Float32Array, factor: number): void {
  for (let index = 0; index < to.length; index++) to[index]! += factor * from[index]!;
}
