import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { PlainFile } from './file-memo';
import type { FilePin } from './model-version';

/** Hex SHA-256 of a file's content, streamed. */
export async function hashFile(file: PlainFile): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file.path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** `sha256:…` of a model: its graph's own hash, or, where weights lie outside the graph, the hash of all their hashes. */
export function digestOf(hashes: readonly [graph: string, ...externalData: string[]]): string {
  if (hashes.length === 1) return `sha256:${hashes[0]}`;
  return `sha256:${createHash('sha256').update(hashes.join('\n')).digest('hex')}`;
}

/** Hex SHA-256 of what files there are, whatever their order. */
export function digestOfFiles(files: readonly FilePin[]): string {
  const lines = files.map(({ path, sha256 }) => `${sha256} ${path}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
