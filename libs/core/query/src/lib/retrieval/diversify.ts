import { byScore, type Scored } from './fusion';

export interface Candidate extends Scored {
  /** Of length 1. */
  readonly vector: Float32Array;
}

/**
 * Maximal marginal relevance (Carbonell and Goldstein 1998): takes, again and again, what is relevant and unlike what was taken.
 * @param relevance 0 (difference alone) to 1 (order of the scores); scores are stretched to 0..1
 * @returns the `count` candidates taken, in that order; O(count · candidates · width)
 */
export function diversify<C extends Candidate>(candidates: readonly C[], count: number, relevance: number): C[] {
  const waiting = [...candidates].sort(byScore);
  const [high, low] = [waiting[0]?.score ?? 0, waiting.at(-1)?.score ?? 0];
  const worth = (score: number) => (high > low ? (score - low) / (high - low) : 1);
  const nearest = new Map(waiting.map((candidate) => [candidate, 0]));
  const taken: C[] = [];
  while (taken.length < count && waiting.length > 0) {
    const value = (candidate: C) => relevance * worth(candidate.score) - (1 - relevance) * nearest.get(candidate)!;
    const best = waiting.reduce((a, b) => (value(b) > value(a) ? b : a));
    waiting.splice(waiting.indexOf(best), 1);
    taken.push(best);
    for (const candidate of waiting) nearest.set(candidate, Math.max(nearest.get(candidate)!, dot(candidate.vector, best.vector)));
  }
  return taken;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let place = 0; place < a.length; place++) sum += a[place]! * b[place]!;
  return sum;
}
