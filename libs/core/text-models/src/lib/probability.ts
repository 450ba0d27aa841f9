/** A logit as a probability, 0..1. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** What softmax gives for one of the logits, without the others. */
export function probabilityOf(index: number, logits: Float32Array): number {
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - logits[index]!);
  return 1 / sum;
}

/** Logits that exclude each other as probabilities that add up to 1; large logits do not overflow. */
export function softmax(logits: Float32Array): Float32Array {
  const largest = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
  const weights = Float64Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Float32Array.from(weights, (weight) => weight / sum);
}
