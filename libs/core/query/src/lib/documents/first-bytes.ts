/** The first `size` bytes, or all there are, and then all of them as if nobody had looked. */
export async function firstBytes(chunks: AsyncIterable<Uint8Array>, size: number): Promise<{ readonly head: Uint8Array; readonly all: AsyncIterable<Uint8Array> }> {
  const source = chunks[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  for (let length = 0; length < size; length += seen.at(-1)!.length) {
    const { done, value } = await source.next();
    if (done) break;
    seen.push(value);
  }
  return { head: Buffer.concat(seen).subarray(0, size), all: resumed(seen, source) };
}

async function* resumed(seen: readonly Uint8Array[], source: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* seen;
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
  } finally {
    await source.return?.();
  }
}
