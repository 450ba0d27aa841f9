/** Numbers in [0, 1) that depend on `seed` alone (xorshift32, Marsaglia 2003): probes must be the same on every machine. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
