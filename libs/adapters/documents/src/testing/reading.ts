import type { ParsedDocument } from '@cortex/query';
import { documentsOptionsSchema } from '../lib/documents.options';
import { readDocument } from '../lib/read-document';

export async function* chunksOf(content: string | Uint8Array, size = 64 * 1_024): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(content as string);
  for (let place = 0; place < bytes.length; place += size) yield bytes.subarray(place, place + size);
}

/** Reads on this thread, within the usual limits. */
export async function partsOf(mediaType: string, content: string | Uint8Array, charset?: string): Promise<ParsedDocument[]> {
  const parts: ParsedDocument[] = [];
  const source = { mediaType, ...(charset !== undefined && { charset }), bytes: chunksOf(content) };
  for await (const part of readDocument(source, documentsOptionsSchema.parse({}))) parts.push(part);
  return parts;
}

/** Its blocks as `kind level: text`. */
export async function blocksOf(mediaType: string, content: string | Uint8Array, charset?: string): Promise<string[]> {
  return (await partsOf(mediaType, content, charset)).flatMap(shown);
}

export function shown({ text, blocks }: ParsedDocument): string[] {
  return blocks.map(({ kind, level, start, end }) => `${kind}${level === undefined ? '' : ` ${level}`}: ${text.slice(start, end)}`);
}
