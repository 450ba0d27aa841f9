import { pageAt, type FoundPassage } from '../retrieval/passage';
import { findQuote } from './find-quote';

/** Where an answer stands in the collection. */
export interface Citation {
  readonly document: string;
  readonly title?: string;
  readonly passage: string;
  /** Where the document has pages. */
  readonly page?: number;
  /** UTF-16 units of the document's text. */
  readonly start: number;
  readonly end: number;
  /** What stands there, to the letter. */
  readonly quote: string;
}

/** The quote as it stands in the passage; undefined where it does not stand there. */
export function cite(passage: FoundPassage, quote: string): Citation | undefined {
  const found = findQuote(passage.text, quote);
  if (!found) return undefined;
  const { id, document, text, start } = passage;
  const page = pageAt(passage, start + found.start);
  return {
    document: document.id, ...(document.title !== undefined && { title: document.title }), passage: id, ...(page !== undefined && { page }),
    start: start + found.start, end: start + found.end, quote: text.slice(found.start, found.end),
  };
}
