import type { FoundPassage, IndexedPassage, Metadata, PageStart } from '@cortex/query';
import { storedText } from './stored-text';

/** What is read of a passage `p` and its document `d`. */
export const PASSAGE = `p.id, p.ordinal, p.start_at AS start, p.end_at AS "end", p.pages, p.headings, p.tokens, p.text,
  d.document, d.title, d.language, d.metadata`;

export interface PassageRow {
  readonly id: string;
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
  readonly pages: readonly PageStart[] | null;
  readonly headings: readonly string[];
  readonly tokens: number;
  readonly text: string;
  readonly document: string;
  readonly title: string | null;
  readonly language: string | null;
  readonly metadata: Metadata;
}

export function passageOf({ id, pages, document, title, language, metadata, ...rest }: PassageRow): FoundPassage {
  const about = { ...(title !== null && { title }), ...(language !== null && { language }), metadata };
  return { ...rest, id, ...(pages !== null && { pages }), document: { id: document, ...about } };
}

/** Passages as lists, one a column: ordinal, start, end, pages, headings, tokens, text. */
export function columnsOf(passages: readonly IndexedPassage[]): unknown[][] {
  return [
    passages.map(({ ordinal }) => ordinal),
    passages.map(({ start }) => start),
    passages.map(({ end }) => end),
    passages.map(({ pages }) => pages && JSON.stringify(pages)),
    passages.map(({ headings }) => JSON.stringify(headings.map(storedText))),
    passages.map(({ tokens }) => tokens),
    passages.map(({ text }) => storedText(text)),
  ];
}
