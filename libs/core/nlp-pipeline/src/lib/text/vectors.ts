import { normOf } from './embed-long';

/** -1..1; 0 where one of them is nothing. */
export function cosine(a: Float32Array, b: Float32Array): number {
  const norms = normOf(a) * normOf(b);
  if (norms === 0) return 0;
  let dot = 0;
  for (let index = 0; index < a.length; index += 1) dot += a[index]! * b[index]!;
  return dot / norms;
}

/** The sum of vectors of one width: their direction is what they have in common. */
export function sumOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) for (let index = 0; index < sum.length; index += 1) sum[index]! += vector[index]!;
  return sum;
}

export interface MmrOptions {
  readonly count: number;
  /** 0: the most relevant alone; 1: as different as possible. */
  readonly diversity: number;
}

/** Indices of relevant vectors that do not say the same, the best first. Source: Carbonell and Goldstein, maximal marginal relevance, 1998. */
export function mmr(vectors: readonly Float32Array[], relevance: readonly number[], { count, diversity }: MmrOptions): readonly number[] {
  const chosen: number[] = [];
  const nearest = vectors.map(() => -1);
  const worth = (index: number) => (1 - diversity) * relevance[index]! - (chosen.length === 0 ? 0 : diversity * nearest[index]!);
  const waiting = new Set(vectors.keys());
  while (chosen.length < count && waiting.size > 0) {
    const best = [...waiting].reduce((one, other) => (worth(other) > worth(one) ? other : one));
    chosen.push(best);
    waiting.delete(best);
    for (const index of waiting) nearest[index] = Math.max(nearest[index]!, cosine(vectors[index]!, vectors[best]!));
  }
  return chosen;
}

/** Logits that exclude each other as probabilities that add up to 1. */
export function softmax(logits: readonly number[]): readonly number[] {
  const most = logits.reduce((all, logit) => Math.max(all, logit), -Infinity);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((all, power) => all + power, 0);
  return powers.map((power) => power / sum);
}
