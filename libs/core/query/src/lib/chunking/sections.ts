import type { Block, ParsedDocument } from '../documents/parsed-document';
import type { Piece } from './pieces';

/** Pieces under one heading, or under several that are too short to stand alone. */
export interface Section {
  readonly headings: readonly string[];
  readonly pieces: readonly Piece[];
}

const MAX_HEADING = 200;
const MAX_HEADINGS = 6;

/** A document's blocks by the headings above them. */
export function* sectionsOf({ text, blocks }: ParsedDocument): Generator<{ headings: readonly string[]; blocks: Block[] }> {
  let above: { level: number; text: string }[] = [];
  let under: Block[] = [];
  const headings = () => above.slice(-MAX_HEADINGS).map((heading) => heading.text);
  for (const block of blocks) {
    if (block.kind !== 'heading') {
      under.push(block);
      continue;
    }
    if (under.length > 0) yield { headings: headings(), blocks: under };
    under = [];
    const level = block.level ?? 1;
    above = [...above.filter((heading) => heading.level < level), { level, text: text.slice(block.start, block.end).slice(0, MAX_HEADING) }];
  }
  if (under.length > 0) yield { headings: headings(), blocks: under };
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
