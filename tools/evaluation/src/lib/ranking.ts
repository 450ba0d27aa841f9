/** Indices of the highest scores, the highest first; equal scores in the order of their index. */
export function topOf(scores: ArrayLike<number>, count: number): number[] {
  const order = Array.from({ length: scores.length }, (_, index) => index);
  return order.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, count);
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
