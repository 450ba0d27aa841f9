/** What BM25 needs to know of all passages. */
export interface WordStatistics {
  readonly passages: number;
  readonly meanLength: number;
  /** Passages that hold the word. */
  holding(word: string): number;
}

/** k1: how soon more of a word adds nothing more. b: how much a passage's length counts. A word adds less than its inverse frequency times (k1 + 1). */
export const BM25 = { k1: 1.2, b: 0.75 } as const;

/** How much a word tells, by Lucene's formula, which is never below 0: ln(1 + (N - n + 0.5) / (n + 0.5)). */
export function inverseFrequency(passages: number, holding: number): number {
  return Math.log(1 + (passages - holding + 0.5) / (holding + 0.5));
}

/**
 * Okapi BM25 (Robertson and Zaragoza 2009) with Lucene's inverse frequencies.
 * @param counts of the asked words in a passage of `length` words
 */
export function bm25(counts: Iterable<readonly [word: string, count: number]>, length: number, { passages, meanLength, holding }: WordStatistics): number {
  const { k1, b } = BM25;
  const norm = k1 * (1 - b + (b * length) / meanLength);
  let score = 0;
  for (const [word, count] of counts) {
    score += (inverseFrequency(passages, holding(word)) * count * (k1 + 1)) / (count + norm);
  }
  return score;
}
