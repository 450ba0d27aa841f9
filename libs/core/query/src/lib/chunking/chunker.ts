import type { ParsedDocument } from '../documents/parsed-document';
import type { Passage } from '../retrieval/passage';
import { HeadingPath } from './heading-path';
import { PieceCutter, type CountTokens, type Piece } from './pieces';
import { joined, sectionsOf, tokensOf, type Section } from './sections';

export interface ChunkSizes {
  /** A section below it is joined with the next. */
  readonly minTokens: number;
  readonly maxTokens: number;
}

/**
 * Cuts a document into passages along its structure: none mixes long sections, none cuts a sentence that fits, those of one section are of like size.
 * Together they hold all of its text save headings and white space. The document may come in parts, in order.
 */
export class Chunker {
  readonly #above = new HeadingPath();
  /** Of the parts before. */
  #characters = 0;
  #passages = 0;

  /** `count` gives the tokens of a text, without special ones; of one that has more than `maxTokens` any larger number. */
  constructor(
    private readonly count: CountTokens,
    private readonly sizes: ChunkSizes,
  ) {}

  get characters(): number {
    return this.#characters;
  }

  *passages(part: ParsedDocument): Generator<Passage> {
    const { minTokens, maxTokens } = this.sizes;
    for (const section of joined(this.#sections(part), minTokens, maxTokens)) {
      for (const pieces of cuts(section, maxTokens)) {
        yield { ordinal: this.#passages++, ...passageOf(pieces, part.text, this.#characters), headings: section.headings };
      }
    }
    this.#characters += part.text.length;
  }

  *#sections(part: ParsedDocument): Generator<Section> {
    const cutter = new PieceCutter(part.text, this.count, this.sizes.maxTokens);
    for (const { headings, blocks } of sectionsOf(part, this.#above)) {
      const pieces = blocks.flatMap((block) => [...cutter.pieces(block)]).filter(({ tokens }) => tokens > 0);
      if (pieces.length > 0) yield { headings, pieces };
    }
  }
}

/** As few chunks as the section needs, each about as long as the others. */
function* cuts(section: Section, max: number): Generator<Piece[]> {
  const aim = tokensOf(section) / Math.ceil(tokensOf(section) / max);
  let open: Piece[] = [];
  let [tokens, before, boundary] = [0, 0, aim];
  for (const piece of section.pieces) {
    if (open.length > 0 && (tokens + piece.tokens > max || before + piece.tokens / 2 > boundary)) {
      yield open;
      [open, tokens] = [[], 0];
      boundary = Math.max(boundary, before) + aim;
    }
    open.push(piece);
    tokens += piece.tokens;
    before += piece.tokens;
  }
  if (open.length > 0) yield open;
}

/** `before` is the length of the parts before. */
function passageOf(pieces: readonly Piece[], text: string, before: number): Pick<Passage, 'start' | 'end' | 'pages' | 'tokens' | 'text'> {
  const [{ start }, { end }] = [pieces[0]!, pieces.at(-1)!];
  const pages = pieces.flatMap(({ page, start: begin }, place) => (page === undefined || page === pieces[place - 1]?.page ? [] : { page, start: before + begin }));
  const tokens = pieces.reduce((sum, piece) => sum + piece.tokens, 0);
  return { start: before + start, end: before + end, ...(pages.length > 0 && { pages }), tokens, text: text.slice(start, end) };
}
