/** So much goes to a process at once. */
const PORTION_BYTES = 256 * 1_024;

/** Some of a document's bytes. */
export interface Portion {
  readonly bytes: Uint8Array;
  /** Nothing follows. */
  readonly isLast: boolean;
}

/** Bytes in portions, at least one: small chunks together, large ones in several. One is read ahead. */
export async function* portionsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Portion, undefined> {
  let before: Uint8Array | undefined;
  for await (const bytes of evenly(chunks)) {
    if (before) yield { bytes: before, isLast: false };
    before = bytes;
  }
  yield { bytes: before ?? new Uint8Array(), isLast: true };
  return undefined;
}

async function* evenly(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  let filled = 0;
  for await (const chunk of chunks) {
    for (let place = 0; place < chunk.length; ) {
      const piece = chunk.subarray(place, place + PORTION_BYTES - filled);
      pieces.push(piece);
      place += piece.length;
      filled += piece.length;
      if (filled < PORTION_BYTES) continue;
      yield Buffer.concat(pieces);
      [pieces, filled] = [[], 0];
    }
  }
  if (filled > 0) yield Buffer.concat(pieces);
}
