import type { Pieces } from './pieces';
import { readPrefix, readableCharacters, type Reading } from './read-prefix';
import { RecentPieces } from './recent-pieces';
import type { Token } from './tokenizer.port';

/** Longer pieces are rarely seen twice. */
const LONGEST_KEPT = 64;

/** What is accelerated. */
export interface PieceReader {
  ids(text: string): readonly number[];
  tokens(text: string): readonly Token[];
}

/** An accelerator before a BERT tokenizer: it remembers what pieces of text gave and leaves every other piece to the library. */
export class WordPieceCache {
  readonly #ids = new RecentPieces<readonly number[]>();
  readonly #tokens = new RecentPieces<readonly Token[]>();

  constructor(private readonly pieces: Pieces, private readonly library: PieceReader) {}

  /** At least the first `limit` ids of the text, or all. */
  encode(text: string, limit: number): Reading {
    const ids: number[] = [];
    let allowance = readableCharacters(limit);
    for (let start = this.pieces.startFrom(text, 0); start < text.length; ) {
      if (ids.length >= limit || allowance <= 0) return { ids, complete: false };
      const stop = this.pieces.stopOf(text, start);
      const known = stop - start > LONGEST_KEPT ? undefined : this.#ids.find(text.slice(start, stop));
      if (known) {
        for (const id of known) ids.push(id);
      } else {
        const piece = text.slice(start, Math.min(stop, start + allowance));
        const reading = this.#readIds(piece, limit - ids.length);
        for (const id of reading.ids) ids.push(id);
        if (!reading.complete || start + piece.length < stop) return { ids, complete: false };
        allowance -= piece.length;
      }
      start = this.pieces.startFrom(text, stop);
    }
    return { ids, complete: true };
  }

  /** All tokens of the text, with offsets. */
  tokens(text: string): readonly Token[] {
    const tokens: Token[] = [];
    for (let start = this.pieces.startFrom(text, 0); start < text.length; ) {
      const stop = this.pieces.stopOf(text, start);
      for (const token of this.#readTokens(text.slice(start, stop))) tokens.push(moved(token, start));
      start = this.pieces.startFrom(text, stop);
    }
    return tokens;
  }

  #readIds(piece: string, limit: number): Reading {
    if (piece.length > LONGEST_KEPT) return readPrefix(piece, limit, (text) => this.library.ids(text));
    const ids = this.library.ids(piece);
    this.#ids.keep(piece, ids);
    return { ids, complete: true };
  }

  #readTokens(piece: string): readonly Token[] {
    if (piece.length > LONGEST_KEPT) return this.library.tokens(piece);
    const known = this.#tokens.find(piece);
    if (known) return known;
    const tokens = this.library.tokens(piece);
    this.#tokens.keep(piece, tokens);
    return tokens;
  }
}

/** All tokens have the same fields in the same order: a spread here would take longer than all the rest. */
function moved(token: Token, by: number): Token {
  const { id, text, special, start, stop, continues } = token;
  return start === undefined || stop === undefined ? token : { id, text, special, start: start + by, stop: stop + by, continues };
}
