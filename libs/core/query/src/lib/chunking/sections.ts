import type { Block, ParsedDocument } from '../documents/parsed-document';
import type { HeadingPath } from './heading-path';
import type { Piece } from './pieces';

/** Pieces under one heading, or under several that are too short to stand alone. */
export interface Section {
  readonly headings: readonly string[];
  readonly pieces: readonly Piece[];
}

/** A document's blocks by the headings above them; `above` knows those of what was read before. */
export function* sectionsOf({ text, blocks }: ParsedDocument, above: HeadingPath): Generator<{ headings: readonly string[]; blocks: Block[] }> {
  let under: Block[] = [];
  for (const block of blocks) {
    if (block.kind !== 'heading') {
      under.push(block);
      continue;
    }
    if (under.length > 0) yield { headings: above.headings, blocks: under };
    under = [];
    above.pass(block, text.slice(block.start, block.end));
  }
  if (under.length > 0) yield { headings: above.headings, blocks: under };
}

/** Joins sections below `min` tokens with those that follow, as long as both fit into one chunk. */
export function* joined(sections: Iterable<Section>, min: number, max: number): Generator<Section> {
  let open: Section | undefined;
  for (const section of sections) {
    if (open && tokensOf(open) < min && tokensOf(open) + tokensOf(section) <= max) {
      open = { headings: shared(open.headings, section.headings), pieces: [...open.pieces, ...section.pieces] };
      continue;
    }
    if (open) yield open;
    open = section;
  }
  if (open) yield open;
}

export function tokensOf({ pieces }: Section): number {
  return pieces.reduce((sum, { tokens }) => sum + tokens, 0);
}

function shared(a: readonly string[], b: readonly string[]): readonly string[] {
  const differs = a.findIndex((heading, place) => heading !== b[place]);
  return differs < 0 ? a : a.slice(0, differs);
}
