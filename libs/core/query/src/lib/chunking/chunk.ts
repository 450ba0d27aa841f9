/** A passage of a document that is embedded, searched and cited as a whole. */
export interface Chunk {
  /** Its place among the document's, from 0. */
  readonly ordinal: number;
  /** UTF-16 units of the document's text. */
  readonly start: number;
  readonly end: number;
  /** The pages on which it begins and ends, where the document has pages. */
  readonly pages?: readonly [first: number, last: number];
  /** The headings above it, the highest first: embedded before its text, never shown. */
  readonly headings: readonly string[];
  readonly tokens: number;
}

/** What is embedded and indexed of a chunk: the headings above it, then its text. */
export function embeddedText({ headings, start, end }: Chunk, text: string): string {
  return [...headings, text.slice(start, end)].join('\n');
}
