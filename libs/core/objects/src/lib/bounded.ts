import { ObjectTooLargeError } from './objects.errors';
import type { WriteOptions } from './object-store.port';

/** Passes chunks on within what a writer may store, and counts them. For adapters. @throws ObjectTooLargeError, the signal's reason */
export async function* bounded(key: string, chunks: AsyncIterable<Uint8Array>, { maxBytes = Infinity, signal }: WriteOptions): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  let bytes = 0;
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    bytes += chunk.length;
    if (bytes > maxBytes) throw new ObjectTooLargeError(key, maxBytes);
    yield chunk;
  }
  signal?.throwIfAborted();
}
