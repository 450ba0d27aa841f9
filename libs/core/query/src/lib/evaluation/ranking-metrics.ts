/** Gains of the judged documents of one query, by id; a document without a judgement gains nothing. */
export type Judgements = ReadonlyMap<string, number>;

/** Normalized discounted cumulative gain (Järvelin and Kekäläinen 2002) with linear gains, as trec_eval's ndcg_cut. 0..1; 0 without a relevant document. */
export function ndcgAt(depth: number, ranked: readonly string[], judged: Judgements): number {
  const ideal = discounted([...judged.values()].filter((gain) => gain > 0).sort((a, b) => b - a).slice(0, depth));
  const found = discounted(ranked.slice(0, depth).map((id) => Math.max(0, judged.get(id) ?? 0)));
  return ideal === 0 ? 0 : found / ideal;
}

/** Share of the relevant documents that stand among the first `depth`. */
export function recallAt(depth: number, ranked: readonly string[], judged: Judgements): number {
  const relevant = [...judged].filter(([, gain]) => gain > 0).map(([id]) => id);
  const found = new Set(ranked.slice(0, depth));
  return relevant.length === 0 ? 0 : relevant.filter((id) => found.has(id)).length / relevant.length;
}

/** One by the place of the first relevant document among the first `depth`, otherwise 0. */
export function reciprocalRankAt(depth: number, ranked: readonly string[], judged: Judgements): number {
  const place = ranked.slice(0, depth).findIndex((id) => (judged.get(id) ?? 0) > 0);
  return place < 0 ? 0 : 1 / (place + 1);
}

function discounted(gains: readonly number[]): number {
  return gains.reduce((sum, gain, place) => sum + gain / Math.log2(place + 2), 0);
}
