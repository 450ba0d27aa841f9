/** Indices of the highest scores, the highest first; equal scores in the order of their index. */
export function topOf(scores: ArrayLike<number>, count: number): number[] {
  const order = Array.from({ length: scores.length }, (_, index) => index);
  return order.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, count);
}

/**
 * Normalized discounted cumulative gain (Järvelin and Kekäläinen 2002), linear gains as trec_eval's ndcg_cut.
 * @param ranked names, the best first
 * @param gains of the judged names; a name without judgement gains nothing
 */
export function ndcg(ranked: readonly string[], gains: ReadonlyMap<string, number>, depth: number): number {
  const ideal = discounted([...gains.values()].sort((a, b) => b - a).slice(0, depth));
  const found = discounted(ranked.slice(0, depth).map((name) => gains.get(name) ?? 0));
  return ideal === 0 ? 0 : found / ideal;
}

function discounted(gains: readonly number[]): number {
  return gains.reduce((sum, gain, index) => sum + gain / Math.log2(index + 2), 0);
}

/** Spearman's rank correlation; equal values stand in the order of their index. */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const ranks = [ranksOf(a), ranksOf(b)] as const;
  const middle = (a.length - 1) / 2;
  let together = 0;
  let alone = 0;
  for (let index = 0; index < a.length; index++) {
    together += (ranks[0][index]! - middle) * (ranks[1][index]! - middle);
    alone += (ranks[0][index]! - middle) ** 2;
  }
  return together / alone;
}

function ranksOf(values: ArrayLike<number>): Float64Array {
  const ranks = new Float64Array(values.length);
  topOf(values, values.length).forEach((index, rank) => (ranks[index] = rank));
  return ranks;
}
