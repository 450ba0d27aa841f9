import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import type { FileBytes, Span } from './file-bytes';
import { delimiter } from './protobuf';

/** Bytes that are made when their turn comes, some at a time, so that they are never all in memory. */
export interface Made {
  readonly bytes: number;
  readonly make: () => Iterable<NodeJS.ArrayBufferView>;
}

/** A piece of a new file: bytes, a stretch of the old file, or bytes to be made. */
export type Chunk = Uint8Array | Span | Made;

const COPIED_AT_ONCE = 4 * 2 ** 20;

/** A length-delimited field around chunks. */
export function delimited(number: number, content: readonly Chunk[]): Chunk[] {
  return [delimiter(number, content.reduce((sum, chunk) => sum + bytesOf(chunk), 0)), ...content];
}

/** Writes the chunks one after another into a new file, which goes again when that fails. Whoever renames it sees to it that it has reached the disk. */
export function writeChunks(path: string, chunks: readonly Chunk[], source: FileBytes): void {
  const descriptor = openSync(path, 'wx');
  try {
    for (const chunk of chunks) for (const bytes of piecesOf(chunk, source)) writeAll(descriptor, bytes);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function* piecesOf(chunk: Chunk, source: FileBytes): Iterable<NodeJS.ArrayBufferView> {
  if (chunk instanceof Uint8Array) yield chunk;
  else if ('make' in chunk) yield* chunk.make();
  else {
    for (let start = chunk.start; start < chunk.end; start += COPIED_AT_ONCE) yield source.read({ start, end: Math.min(start + COPIED_AT_ONCE, chunk.end) });
  }
}

function writeAll(descriptor: number, view: NodeJS.ArrayBufferView): void {
  for (let done = 0; done < view.byteLength; ) done += writeSync(descriptor, view, done, view.byteLength - done);
}

function bytesOf(chunk: Chunk): number {
  if (chunk instanceof Uint8Array) return chunk.byteLength;
  return 'make' in chunk ? chunk.bytes : chunk.end - chunk.start;
}
