/**
 * SIF weights (Arora, Liang and Ma 2017): a / (a + p). The probability p follows Zipf's law over the vocabulary's order,
 * which for a WordPiece vocabulary is roughly that of frequency.
 * @param tokens ids of ordinary tokens, the most frequent first
 * @returns a weight for each id; 0 for special and reserved tokens
 */
export function zipfWeights(tokens: readonly number[], vocabularySize: number, a: number): Float32Array {
  const harmonic = tokens.reduce((sum, _, rank) => sum + 1 / (rank + 1), 0);
  const weights = new Float32Array(vocabularySize);
  tokens.forEach((token, rank) => (weights[token] = a / (a + 1 / ((rank + 1) * harmonic))));
  return weights;
}
