import fc from 'fast-check';
import type { Block, ParsedDocument } from '../documents/parsed-document';
import { embeddedText } from '../retrieval/passage';
import { Chunker } from './chunker';

const words = (text: string) => text.split(/\s+/).filter((word) => word !== '').length;
const sizes = { minTokens: 20, maxTokens: 40 };
const sentence = (length: number, name = 'W') => `${Array.from({ length }, (_, n) => `${name}${n}`).join(' ')}.`;

/** Parts as one document, an empty line between each two; a part `# x` is a heading. */
function documentOf(...parts: (string | { text: string; page: number })[]): ParsedDocument {
  let text = '';
  const blocks: Block[] = [];
  for (const part of parts) {
    const { text: content, ...place } = typeof part === 'string' ? { text: part } : part;
    const [, marks = '', inner = ''] = /^(#*) ?([^]*)$/.exec(content)!;
    const start = text.length;
    text += `${inner}\n\n`;
    blocks.push({ kind: marks ? 'heading' : 'text', ...(marks && { level: marks.length }), start, end: start + inner.length, ...place });
  }
  return { text, blocks };
}

const chunked = (document: ParsedDocument) => [...new Chunker(words, sizes).passages(document)];
const shown = (document: ParsedDocument) => chunked(document).map(({ start, end }) => document.text.slice(start, end));

describe('Chunker', () => {
  it('keeps a short document in one chunk', () => {
    expect(shown(documentOf('One two.', 'Three.'))).toEqual(['One two.\n\nThree.']);
  });

  it('gives each chunk the headings above it', () => {
    const document = documentOf('# A', sentence(30), '## B', sentence(30), '# C', sentence(30));
    expect(chunked(document).map(({ headings }) => headings)).toEqual([['A'], ['A', 'B'], ['C']]);
    expect(embeddedText(chunked(document)[1]!)).toBe(`A\nB\n${sentence(30)}`);
  });

  it('joins short sections, under the headings that they share', () => {
    const document = documentOf('# A', '## B', sentence(5), '## C', sentence(6), '# D', sentence(35));
    expect(chunked(document).map(({ headings, tokens }) => ({ headings, tokens }))).toEqual([
      { headings: ['A'], tokens: 11 },
      { headings: ['D'], tokens: 35 },
    ]);
  });

  it('cuts a long section into chunks of like size', () => {
    const tokens = chunked(documentOf(Array.from({ length: 10 }, () => sentence(10)).join(' '))).map((chunk) => chunk.tokens);
    expect(tokens).toEqual([30, 40, 30]);
  });

  it('cuts a sentence that is too long between words', () => {
    const parts = shown(documentOf(sentence(100)));
    expect(parts.join(' ')).toBe(sentence(100));
  });

  it('cuts a long text without white space, and no character in two', () => {
    const text = '😀'.repeat(1_000);
    const parts = [...new Chunker((part) => part.length, sizes).passages(documentOf(text))].map((passage) => passage.text);
    expect(parts.join('')).toBe(text);
    expect(parts.every((part) => !/\p{Surrogate}/u.test(part) && part.length <= 40)).toBe(true);
  });

  it('says on which pages a chunk stands', () => {
    const document = documentOf({ text: sentence(10), page: 1 }, { text: sentence(10), page: 2 }, { text: sentence(35), page: 3 });
    expect(chunked(document).map(({ pages }) => pages)).toEqual([[{ page: 1, start: 0 }, { page: 2, start: 32 }], [{ page: 3, start: 64 }]]);
  });

  it.each([[documentOf()], [documentOf('')], [documentOf('   \n ')], [documentOf('# A', '## B')]])('finds nothing in a document without text', (document) => {
    expect(chunked(document)).toEqual([]);
  });

  it('goes on where the part before ended', () => {
    const parts = [documentOf('# A', sentence(30), '## B', sentence(30)), documentOf(sentence(30), '## C', sentence(30))];
    const chunker = new Chunker(words, sizes);
    const found = parts.flatMap((part) => [...chunker.passages(part)]);
    const whole = parts.map(({ text }) => text).join('');
    expect(found.map(({ ordinal, headings }) => [ordinal, headings.join('/')])).toEqual([[0, 'A'], [1, 'A/B'], [2, 'A/B'], [3, 'A/C']]);
    expect(found.map(({ start, end }) => whole.slice(start, end))).toEqual(found.map(({ text }) => text));
    expect(chunker.characters).toBe(whole.length);
  });

  it('holds all text in order, once, and within the limit', () => {
    const part = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.lorem({ maxCount: 60 }), fc.lorem({ maxCount: 10, mode: 'sentences' }), fc.constantFrom('# A', '## B', '### C'));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const document = documentOf(...parts);
        const chunks = chunked(document);
        let place = 0;
        for (const { start, end, tokens } of chunks) {
          expect(start).toBeGreaterThanOrEqual(place);
          expect(tokens).toBeLessThanOrEqual(sizes.maxTokens);
          place = end;
        }
        const inChunks = (at: number) => chunks.some(({ start, end }) => start <= at && at < end);
        for (const block of document.blocks.filter(({ kind }) => kind === 'text')) {
          for (let at = block.start; at < block.end; at++) expect(/\s/.test(document.text[at]!) || inChunks(at)).toBe(true);
        }
      }),
    );
  });
});
