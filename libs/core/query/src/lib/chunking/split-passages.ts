import type { ParsedDocument } from '../documents/parsed-document';
import { SplitterError } from '../query.errors';
import type { PageStart, Passage } from '../retrieval/passage';
import { HeadingPath } from './heading-path';
import type { CountTokens } from './pieces';
import type { Splitter } from './splitter.port';

/** Passages as somebody else's splitter cuts them, with the places, headings and pages of the document. The document may come in parts, in order. */
export class SplitPassages {
  readonly #above = new HeadingPath();
  /** Of the parts before. */
  #characters = 0;
  #passages = 0;

  constructor(
    private readonly splitter: Splitter,
    private readonly count: CountTokens,
    private readonly maxTokens: number,
  ) {}

  get characters(): number {
    return this.#characters;
  }

  /** @throws SplitterError for a piece that does not stand in the text, or is longer than the model reads */
  async *passages({ text, blocks }: ParsedDocument): AsyncGenerator<Passage> {
    const headings = blocks.filter(({ kind }) => kind === 'heading');
    let from = 0;
    for (const piece of await this.splitter.split(text)) {
      if (piece.trim() === '') continue;
      const start = text.indexOf(piece, from);
      if (start < 0) throw new SplitterError('a piece does not stand in the text, or not behind the one before');
      while (headings[0] && headings[0].start < start + 1) this.#pass(text, headings.shift()!);
      const tokens = this.count(piece);
      if (tokens > this.maxTokens) throw new SplitterError(`a piece is longer than the ${this.maxTokens} tokens that are read together`);
      const end = start + piece.length;
      const pages = pagesWithin(blocks, start, end).map((page) => ({ ...page, start: page.start + this.#characters }));
      yield { ordinal: this.#passages++, start: start + this.#characters, end: end + this.#characters, ...(pages.length > 0 && { pages }), headings: this.#above.headings, tokens, text: piece };
      from = start + 1;
    }
    for (const heading of headings) this.#pass(text, heading);
    this.#characters += text.length;
  }

  #pass(text: string, heading: ParsedDocument['blocks'][number]): void {
    this.#above.pass(heading, text.slice(heading.start, heading.end));
  }
}

/** The page on which it begins, and those that begin within it. */
function pagesWithin(blocks: ParsedDocument['blocks'], start: number, end: number): PageStart[] {
  const pages: PageStart[] = [];
  for (const block of blocks) {
    if (block.page === undefined || block.end <= start || block.start >= end) continue;
    if (pages.at(-1)?.page !== block.page) pages.push({ page: block.page, start: Math.max(start, block.start) });
  }
  return pages;
}
