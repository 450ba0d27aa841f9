import type { FoundPassage, IndexedPassage, Metadata } from '@cortex/query';
import { storedText } from './stored-text';

/** What is read of a passage `p` and its document `d`. */
export const PASSAGE = `p.id, p.ordinal, p.start_at AS start, p.end_at AS "end", p.first_page AS "firstPage", p.last_page AS "lastPage", p.headings, p.tokens, p.text,
  d.document, d.title, d.language, d.metadata`;

export interface PassageRow {
  readonly id: string;
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
  readonly firstPage: number | null;
  readonly lastPage: number | null;
  readonly headings: readonly string[];
  readonly tokens: number;
  readonly text: string;
  readonly document: string;
  readonly title: string | null;
  readonly language: string | null;
  readonly metadata: Metadata;
}

export function passageOf({ id, firstPage, lastPage, document, title, language, metadata, ...rest }: PassageRow): FoundPassage {
  const about = { ...(title !== null && { title }), ...(language !== null && { language }), metadata };
  return { ...rest, id, ...(firstPage !== null && lastPage !== null && { pages: [firstPage, lastPage] as const }), document: { id: document, ...about } };
}

/** Passages as lists, one a column: ordinal, start, end, first and last page, headings, tokens, text. */
export function columnsOf(passages: readonly IndexedPassage[]): unknown[][] {
  return [
    passages.map(({ ordinal }) => ordinal),
    passages.map(({ start }) => start),
    passages.map(({ end }) => end),
    passages.map(({ pages }) => pages?.[0]),
    passages.map(({ pages }) => pages?.[1]),
    passages.map(({ headings }) => JSON.stringify(headings.map(storedText))),
    passages.map(({ tokens }) => tokens),
    passages.map(({ text }) => storedText(text)),
  ];
}
