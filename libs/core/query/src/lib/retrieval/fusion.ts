/** Ids with their scores, the best first. */
export type Ranking = readonly Scored[];

export interface Scored {
  readonly id: string;
  readonly score: number;
}

/** Rankings by the name of who made them. */
export type Rankings = Readonly<Record<string, Ranking>>;
export type Weights = Readonly<Record<string, number>>;

export interface Fused extends Scored {
  /** Rank (from 1) and score in each ranking that has it. */
  readonly parts: Readonly<Record<string, { readonly rank: number; readonly score: number }>>;
}

/** Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): the sum of weight / (k + rank). Scores do not matter. */
export function fuseByRank(rankings: Rankings, weights: Weights = {}, k = 60): Fused[] {
  return fused(rankings, (name, _, rank) => weightOf(weights, name) / (k + rank));
}

/**
 * The weighted sum of scores, each as a share of its ranking's best (Bruch, Gai and Ingber 2023 on bounded scores). What a ranking lacks counts 0 there.
 * A share keeps how far apart scores are, so that a ranking in which all are alike decides little.
 */
export function fuseByScore(rankings: Rankings, weights: Weights = {}): Fused[] {
  const best = Object.fromEntries(Object.entries(rankings).map(([name, [first]]) => [name, first && first.score > 0 ? first.score : 1]));
  return fused(rankings, (name, { score }) => (weightOf(weights, name) * score) / best[name]!);
}

function fused(rankings: Rankings, worth: (name: string, scored: Scored, rank: number) => number): Fused[] {
  const found = new Map<string, { score: number; parts: Record<string, { rank: number; score: number }> }>();
  for (const [name, ranking] of Object.entries(rankings)) {
    ranking.forEach((scored, place) => {
      const entry = found.get(scored.id) ?? { score: 0, parts: {} };
      entry.score += worth(name, scored, place + 1);
      entry.parts[name] = { rank: place + 1, score: scored.score };
      found.set(scored.id, entry);
    });
  }
  return [...found].map(([id, entry]) => ({ id, ...entry })).sort(byScore);
}

/** Higher first; equal scores by id, so that the same question has the same answer. */
export function byScore(a: Scored, b: Scored): number {
  return b.score - a.score || (a.id < b.id ? -1 : 1);
}

function weightOf(weights: Weights, name: string): number {
  return weights[name] ?? 1;
}
