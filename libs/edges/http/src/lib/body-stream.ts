import { Readable } from 'node:stream';
import type { IncomingHttpHeaders } from 'node:http';
import { CallerGoneError, quote } from '@cortex/kernel';
import { BodyTooLargeError, UnsupportedContentError } from './http.errors';

/** How much more is read for the sake of a clear answer. */
const DROPPED_BYTES = 64_000_000;

/** A body as it comes, for handlers that do not want it whole. Nothing is read before the handler does. @throws UnsupportedContentError when it is encoded */
export function bodyStream(body: unknown, { 'content-encoding': encoding = 'identity' }: IncomingHttpHeaders): AsyncIterable<Uint8Array> {
  if (encoding !== 'identity') throw new UnsupportedContentError(`content-encoding is ${quote(encoding)}, expected identity`);
  return body instanceof Readable ? chunksOf(body) : chunksOf(Readable.from([]));
}

/** A body that is read as one after all. @throws BodyTooLargeError */
export async function wholeBody(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new BodyTooLargeError(maxBytes);
    pieces.push(chunk);
  }
  return Buffer.concat(pieces);
}

/** Whoever stops in the middle leaves the connection open, so that the refusal still arrives. */
async function* chunksOf(body: Readable): AsyncGenerator<Uint8Array> {
  const chunks = body.iterator({ destroyOnReturn: false });
  try {
    for await (const chunk of chunks) yield chunk as Uint8Array;
  } catch {
    throw new CallerGoneError();
  } finally {
    drop(body);
  }
}

/** Reads on without keeping anything: a client that is still sending would not read the refusal. */
function drop(body: Readable): void {
  let bytes = 0;
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DROPPED_BYTES) body.destroy();
  });
  body.on('error', () => undefined); // it left, and nobody waits for it any more
  body.resume();
}
