import { DocumentParser, type DocumentSource, type ParsedDocument } from '@cortex/query';

/** Plain text alone, a block for each paragraph. */
export class PlainTextParser extends DocumentParser {
  readonly mediaTypes = ['text/plain'];

  mediaTypeOf(name: string): string {
    return name.endsWith('.txt') ? 'text/plain' : 'application/octet-stream';
  }

  async *parse({ bytes }: DocumentSource): AsyncGenerator<ParsedDocument> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    yield { text, blocks: Array.from(text.matchAll(/\S(?:.|\n(?!\n))*/g), ({ 0: block, index }) => ({ kind: 'text', start: index, end: index + block.trimEnd().length })) };
  }
}
