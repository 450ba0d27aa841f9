/** The first ids of a text. `complete` is false where text was left unread. */
export interface Reading {
  readonly ids: readonly number[];
  readonly complete: boolean;
}

/**
 * Ids before the cut that may differ from those of the whole text. WordPiece: the cut word alone, at most 100 characters and
 * as many tokens, so that the first `limit` ids are exactly the whole text's. Other kinds look no further than that in practice.
 */
const MARGIN = 128;
const CHARACTERS_PER_TOKEN = 6;

/**
 * Most characters that are read for so many tokens. Only text that hardly gives tokens (a megabyte of control characters, or
 * without any white space) meets it; it stands between such a text and the thread that serves everyone.
 */
export function readableCharacters(limit: number): number {
  return 16_384 + 16 * limit;
}

/** At least the first `limit` ids that `read` gives for the text, or all, without reading far beyond them. */
export function readPrefix(text: string, limit: number, read: (text: string) => readonly number[]): Reading {
  const most = Math.min(text.length, readableCharacters(limit));
  for (let length = (limit + MARGIN) * CHARACTERS_PER_TOKEN; length < most; length *= 4) {
    const ids = read(text.slice(0, cutBefore(text, length)));
    if (ids.length >= limit + MARGIN) return { ids: ids.slice(0, limit), complete: false };
  }
  if (most === text.length) return { ids: read(text), complete: true };
  return { ids: read(text.slice(0, cutBefore(text, most))), complete: false };
}

/** A place to cut: at a space when one is near, never inside a surrogate pair. */
function cutBefore(text: string, length: number): number {
  const space = text.lastIndexOf(' ', length);
  if (space > length / 2) return space;
  const code = text.charCodeAt(length);
  return code >= 0xdc00 && code <= 0xdfff ? length - 1 : length;
}
