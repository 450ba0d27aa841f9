/** What BM25 needs to know of all passages. */
export interface WordStatistics {
  readonly passages: number;
  readonly meanLength: number;
  /** Passages that hold the word. */
  holding(word: string): number;
}

const K1 = 1.2;
const B = 0.75;

/**
 * Okapi BM25 (Robertson and Zaragoza 2009) with Lucene's idf, ln(1 + (N - n + 0.5) / (n + 0.5)), which is never below 0; k1 = 1.2, b = 0.75.
 * @param counts of the asked words in a passage of `length` words
 */
export function bm25(counts: Iterable<readonly [word: string, count: number]>, length: number, { passages, meanLength, holding }: WordStatistics): number {
  const norm = K1 * (1 - B + (B * length) / meanLength);
  let score = 0;
  for (const [word, count] of counts) {
    const others = holding(word);
    score += (Math.log(1 + (passages - others + 0.5) / (others + 0.5)) * count * (K1 + 1)) / (count + norm);
  }
  return score;
}
