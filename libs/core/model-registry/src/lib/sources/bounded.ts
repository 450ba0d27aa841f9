import type { SourceFile } from './model-source.port';
import { ChecksumMismatchError } from './transfer.errors';

/** Passes on what comes of a file from a byte on, up to what was promised. @throws ChecksumMismatchError when more comes */
export async function* bounded({ path, bytes: promised = Infinity }: SourceFile, startsAt: number, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = startsAt;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > promised) throw new ChecksumMismatchError(path, 'bytes');
    yield chunk;
  }
}
