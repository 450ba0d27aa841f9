/** So much goes to a process at once. */
const PORTION_BYTES = 256 * 1_024;

/** Bytes in portions: small chunks together, large ones in several. */
export async function* portionsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let portion = new Uint8Array(PORTION_BYTES);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let place = 0; place < chunk.length; ) {
      const piece = chunk.subarray(place, place + PORTION_BYTES - filled);
      portion.set(piece, filled);
      place += piece.length;
      filled += piece.length;
      if (filled < PORTION_BYTES) continue;
      yield portion;
      [portion, filled] = [new Uint8Array(PORTION_BYTES), 0];
    }
  }
  if (filled > 0) yield portion.slice(0, filled);
}
