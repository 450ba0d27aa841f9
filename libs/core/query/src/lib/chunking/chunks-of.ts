import type { ParsedDocument } from '../documents/parsed-document';
import type { Chunk } from './chunk';
import { PieceCutter, type CountTokens, type Piece } from './pieces';
import { joined, sectionsOf, tokensOf, type Section } from './sections';

export interface ChunkSizes {
  /** A section below it is joined with the next. */
  readonly minTokens: number;
  readonly maxTokens: number;
}

/**
 * A document as chunks along its structure: no chunk mixes long sections, none cuts a sentence that fits, those of one section are of like size.
 * Together they hold all of its text save headings and white space. `count` gives the tokens of a text, without special ones.
 */
export function* chunksOf(document: ParsedDocument, count: CountTokens, { minTokens, maxTokens }: ChunkSizes): Generator<Chunk> {
  let ordinal = 0;
  for (const section of joined(sections(document, count, maxTokens), minTokens, maxTokens)) {
    for (const pieces of cuts(section, maxTokens)) yield { ordinal: ordinal++, ...rangeOf(pieces), headings: section.headings };
  }
}

function* sections(document: ParsedDocument, count: CountTokens, max: number): Generator<Section> {
  const cutter = new PieceCutter(document.text, count, max);
  for (const { headings, blocks } of sectionsOf(document)) {
    const pieces = blocks.flatMap((block) => [...cutter.pieces(block)]).filter(({ tokens }) => tokens > 0);
    if (pieces.length > 0) yield { headings, pieces };
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

function rangeOf(pieces: readonly Piece[]): Pick<Chunk, 'start' | 'end' | 'pages' | 'tokens'> {
  const [first, last] = [pieces[0]!, pieces.at(-1)!];
  const pages = first.page !== undefined && ([first.page, last.page ?? first.page] as const);
  return { start: first.start, end: last.end, ...(pages && { pages }), tokens: pieces.reduce((sum, { tokens }) => sum + tokens, 0) };
}
