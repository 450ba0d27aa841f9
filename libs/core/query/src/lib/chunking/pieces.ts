import { sentencesOf } from '@cortex/nlp-pipeline';
import type { Block } from '../documents/parsed-document';

/** What a chunk is made of and does not cut: a block, or a sentence of one that is too long. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly tokens: number;
  readonly page?: number;
}

export type CountTokens = (text: string) => number;

/** A block whole if it has at most `max` tokens, otherwise its sentences, and of sentences that are too long parts between words. */
export function* piecesOf(text: string, block: Block, count: CountTokens, max: number): Generator<Piece> {
  const whole = pieceOf(text, block, count);
  if (whole.tokens <= max) return yield whole;
  const inside = text.slice(block.start, block.end);
  for (const { start, end } of sentencesOf(inside)) {
    yield* halves(text, pieceOf(text, { ...block, start: block.start + start, end: block.start + end }, count), count, max);
  }
}

function* halves(text: string, piece: Piece, count: CountTokens, max: number): Generator<Piece> {
  if (piece.tokens <= max || piece.end - piece.start < 2) return yield piece;
  const middle = middleOf(text, piece);
  yield* halves(text, pieceOf(text, trimmed(text, piece, { end: middle }), count), count, max);
  yield* halves(text, pieceOf(text, trimmed(text, piece, { start: middle }), count), count, max);
}

/** The white space nearest to the middle, within a quarter to each side; otherwise the middle, never inside a surrogate pair. */
function middleOf(text: string, { start, end }: Piece): number {
  const middle = (start + end) >>> 1;
  const reach = (end - start) >>> 2;
  for (let distance = 0; distance <= reach; distance++) {
    if (isSpace(text, middle - distance)) return middle - distance;
    if (isSpace(text, middle + distance)) return middle + distance;
  }
  const splitsPair = /[\udc00-\udfff]/.test(text[middle]!) && /[\ud800-\udbff]/.test(text[middle - 1]!);
  return splitsPair && middle + 1 < end ? middle + 1 : middle;
}

function trimmed(text: string, piece: Piece, side: { start?: number; end?: number }): Piece {
  let { start, end } = { ...piece, ...side };
  while (start < end && isSpace(text, start)) start += 1;
  while (end > start && isSpace(text, end - 1)) end -= 1;
  return { ...piece, start, end };
}

function isSpace(text: string, place: number): boolean {
  return /\s/.test(text[place] ?? '');
}

function pieceOf(text: string, { start, end, page }: Pick<Piece, 'start' | 'end' | 'page'>, count: CountTokens): Piece {
  return { start, end, tokens: count(text.slice(start, end)), ...(page !== undefined && { page }) };
}
