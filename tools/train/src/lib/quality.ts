import { spearman, type Cranfield } from '@cortex/evaluation';
import { Random } from './random';
import { cosine, dot, type Vectors } from './vectors';

const PAIRS = 20_000;
const SEED = 7;

/** A collection's vectors by one model. */
export interface Embedded {
  readonly documents: Vectors;
  readonly queries: Vectors;
}

/** Spearman's correlation of two models' similarities over random pairs of the same texts. */
export function agreement(ours: Vectors, theirs: Vectors): number {
  const random = new Random(SEED);
  const a: number[] = [];
  const b: number[] = [];
  while (a.length < PAIRS) {
    const [i, j] = [random.integer(ours.count), random.integer(ours.count)];
    if (i === j) continue;
    a.push(cosine(ours.row(i), ours.row(j)));
    b.push(cosine(theirs.row(i), theirs.row(j)));
  }
  return spearman(a, b);
}

/** Mean cosine of each text's two vectors; `theirs` of length 1, or shorter where a projection has lost a part of it. */
export function meanCosine(ours: Vectors, theirs: Vectors): number {
  let sum = 0;
  for (let index = 0; index < ours.count; index++) sum += dot(ours.row(index), theirs.row(index));
  return sum / ours.count;
}

/** nDCG@10 of a search by cosine over the first `width` components. */
export function vectorRetrieval(collection: Cranfield, { documents, queries }: Embedded, width = documents.width): number {
  const rows = [...documents.rows(width)];
  return collection.score((query) => {
    const vector = queries.row(query).subarray(0, width);
    return rows.map((row) => cosine(row, vector));
  });
}
