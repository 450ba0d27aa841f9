import { mmr } from '@cortex/nlp-pipeline';
import type { Scored } from './fusion';
import { stretched } from './stretched';

export interface Candidate extends Scored {
  readonly vector: Float32Array;
}

/** The `count` candidates that are relevant and unlike each other, by maximal marginal relevance. `diversity`: 0 (order of the scores) to 1 (difference alone); scores are stretched to 0..1. */
export function diversify<C extends Candidate>(candidates: readonly C[], count: number, diversity: number): C[] {
  const worth = stretched(candidates);
  const chosen = mmr(candidates.map(({ vector }) => vector), candidates.map(({ score }) => worth(score)), { count, diversity });
  return chosen.map((index) => candidates[index]!);
}
