import type { Scored } from './fusion';

/** Scores between the lowest and the highest of a ranking as 0..1; a ranking of equals is all 1. */
export function stretched(ranking: readonly Scored[]): (score: number) => number {
  const low = ranking.reduce((least, { score }) => Math.min(least, score), Infinity);
  const high = ranking.reduce((most, { score }) => Math.max(most, score), -Infinity);
  return (score) => (high > low ? (score - low) / (high - low) : 1);
}
