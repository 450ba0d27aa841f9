import { readPrefix, readableCharacters, type Reading } from './read-prefix';
import type { TokenizerFile } from './tokenizer-library';

/** Pieces in one generation; two are kept. About 100 bytes each. */
const GENERATION = 25_000;
/** Longer pieces are rarely seen twice. */
const LONGEST_KEPT = 64;

/**
 * An accelerator before a BERT tokenizer: it remembers the ids of pieces between white space and knows nothing else, every
 * other piece is read by the library.
 *
 * Exact, because a BERT tokenizer reads each such piece by itself: cleaning and splitting look at one character, accents are
 * stripped within a combining sequence, the one letter whose lower case depends on its neighbours (final sigma) ends at a
 * space, and words never contain one.
 */
export class WordPieceCache {
  #young = new Map<string, readonly number[]>();
  #old = new Map<string, readonly number[]>();

  constructor(private readonly read: (text: string) => readonly number[]) {}

  /** Whether the tokenizer is of the kind that this holds for. */
  static suits({ normalizer, pre_tokenizer, model, added_tokens }: TokenizerFile): boolean {
    return (
      model.type === 'WordPiece' &&
      normalizer?.type === 'BertNormalizer' &&
      pre_tokenizer?.type === 'BertPreTokenizer' &&
      model.fuse_unk !== true &&
      !added_tokens.some(({ content }) => /\s/.test(content))
    );
  }

  /** At least the first `limit` ids of the text, or all. */
  encode(text: string, limit: number): Reading {
    const ids: number[] = [];
    let allowance = readableCharacters(limit);
    for (let start = pieceStart(text, 0); start < text.length; ) {
      if (ids.length >= limit || allowance <= 0) return { ids, complete: false };
      const stop = pieceStop(text, start);
      const known = stop - start > LONGEST_KEPT ? undefined : this.#find(text.slice(start, stop));
      if (known) {
        for (const id of known) ids.push(id);
      } else {
        const piece = text.slice(start, Math.min(stop, start + allowance));
        const reading = this.#readPiece(piece, limit - ids.length);
        for (const id of reading.ids) ids.push(id);
        if (!reading.complete || start + piece.length < stop) return { ids, complete: false };
        allowance -= piece.length;
      }
      start = pieceStart(text, stop);
    }
    return { ids, complete: true };
  }

  #readPiece(piece: string, limit: number): Reading {
    if (piece.length > LONGEST_KEPT) return readPrefix(piece, limit, this.read);
    const ids = this.read(piece);
    this.#keep(piece, ids);
    return { ids, complete: true };
  }

  #find(piece: string): readonly number[] | undefined {
    const young = this.#young.get(piece);
    if (young) return young;
    const old = this.#old.get(piece);
    if (old) this.#keep(piece, old);
    return old;
  }

  /** When the young generation is full it becomes the old one, and what was not used for so long is forgotten. */
  #keep(piece: string, ids: readonly number[]): void {
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(detached(piece), ids);
  }
}

/** A copy: a slice of a text keeps the whole text in memory. */
function detached(piece: string): string {
  return Buffer.from(piece, 'utf16le').toString('utf16le');
}

function pieceStart(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  return at;
}

function pieceStop(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isSpace(text.charCodeAt(at))) at++;
  return at;
}

/** The white space that no normalizer drops: space, tab, line feed, carriage return. The rest stays inside its piece. */
function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}
