import type { Metadata } from '../filters/metadata';

/** A passage of a document that is embedded, searched and cited as a whole. */
export interface Passage {
  /** Its place among the document's, from 0. */
  readonly ordinal: number;
  /** UTF-16 units of the document's text. */
  readonly start: number;
  readonly end: number;
  /** The page on which it begins, and those that begin within it; absent where the document has no pages. */
  readonly pages?: readonly PageStart[];
  /** The headings above it, the highest first: embedded before its text, never shown. */
  readonly headings: readonly string[];
  readonly tokens: number;
  readonly text: string;
}

/** Where text of a page begins, in UTF-16 units of the document's text. */
export interface PageStart {
  readonly page: number;
  readonly start: number;
}

/** A passage that was found, and where it comes from. */
export interface FoundPassage extends Passage {
  /** Of the passage, in its collection. */
  readonly id: string;
  readonly document: { readonly id: string; readonly title?: string; readonly language?: string; readonly metadata: Metadata };
}

/** What is embedded of a passage: its document's title, the headings above it, its text. */
export function embeddedText({ headings, text }: Pick<Passage, 'headings' | 'text'>, title?: string): string {
  const above = title === undefined || headings[0] === title ? headings : [title, ...headings];
  return [...above, text].join('\n');
}

/** The page on which a place of the passage's document stands. */
export function pageAt({ pages = [] }: Pick<Passage, 'pages'>, place: number): number | undefined {
  return pages.findLast(({ start }) => start <= place)?.page;
}
