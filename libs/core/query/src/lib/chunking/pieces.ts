import { sentencesOf } from '@cortex/text-models';
import type { Block } from '../documents/parsed-document';

/** What a chunk is made of and does not cut: a block, or a sentence of one that is too long. */
export interface Piece extends Place {
  readonly tokens: number;
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly page?: number;
}

export type CountTokens = (text: string) => number;

/** Cuts blocks of one text into pieces of at most `max` tokens. */
export class PieceCutter {
  constructor(
    private readonly text: string,
    private readonly count: CountTokens,
    private readonly max: number,
  ) {}

  /** The block whole if it is short enough, otherwise its sentences, and of sentences that are too long parts between words. */
  *pieces({ start, end, page }: Block): Generator<Piece> {
    const whole = this.piece({ start, end, ...(page !== undefined && { page }) });
    if (whole.tokens <= this.max) return yield whole;
    for (const sentence of sentencesOf(this.text.slice(start, end))) {
      yield* this.halves(this.piece({ ...whole, start: start + sentence.start, end: start + sentence.end }));
    }
  }

  private *halves(piece: Piece): Generator<Piece> {
    if (piece.tokens <= this.max || piece.end - piece.start < 2) return yield piece;
    const middle = middleOf(this.text, piece);
    yield* this.halves(this.piece(trimmed(this.text, { ...piece, end: middle })));
    yield* this.halves(this.piece(trimmed(this.text, { ...piece, start: middle })));
  }

  private piece(place: Place): Piece {
    return { ...place, tokens: this.count(this.text.slice(place.start, place.end)) };
  }
}

/** The white space nearest to the middle, within a quarter to each side; otherwise the middle, never inside a surrogate pair. */
function middleOf(text: string, { start, end }: Place): number {
  const middle = (start + end) >>> 1;
  const reach = (end - start) >>> 2;
  for (let distance = 0; distance <= reach; distance++) {
    if (isSpace(text, middle - distance)) return middle - distance;
    if (isSpace(text, middle + distance)) return middle + distance;
  }
  const splitsPair = /[\udc00-\udfff]/.test(text[middle]!) && /[\ud800-\udbff]/.test(text[middle - 1]!);
  return splitsPair && middle + 1 < end ? middle + 1 : middle;
}

function trimmed(text: string, place: Place): Place {
  let { start, end } = place;
  while (start < end && isSpace(text, start)) start += 1;
  while (end > start && isSpace(text, end - 1)) end -= 1;
  return { ...place, start, end };
}

function isSpace(text: string, place: number): boolean {
  return /\s/.test(text[place] ?? '');
}
