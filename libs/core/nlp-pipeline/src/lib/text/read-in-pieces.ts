import { piecesOf } from './pieces';

/** A text above it is read in pieces from the start. */
const WHOLE = 4_000;
const PIECE = 1_000;

export interface ReadPieces<Answer> {
  /** Of each text, in their order. */
  readonly pieces: readonly (readonly string[])[];
  /** To all pieces, one after another. */
  readonly answer: Answer;
}

/** Texts in pieces that a model takes whole, and what it says of them. While it cuts something, the longest pieces are halved and all are asked for again; none gets shorter than `least` characters for it. */
export async function readInPieces<Answer extends { readonly truncated: number }>(texts: readonly string[], ask: (pieces: readonly string[]) => Promise<Answer>, least = 1): Promise<ReadPieces<Answer>> {
  let pieces = texts.map((text) => (text.length <= WHOLE ? [text] : piecesOf(text, PIECE)));
  let answer = await ask(pieces.flat());
  for (let longest = longestOf(pieces); answer.truncated > 0 && longest > least; longest = longestOf(pieces)) {
    pieces = pieces.map((parts) => parts.flatMap((part) => piecesOf(part, Math.ceil(longest / 2))));
    answer = await ask(pieces.flat());
  }
  return { pieces, answer };
}

/** The mean of what was said of a text's pieces, by their length. */
export function meanOf(pieces: readonly string[], score: (piece: number) => number): number {
  const weights = pieces.map(({ length }) => length || 1);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.reduce((sum, weight, piece) => sum + score(piece) * weight, 0) / whole;
}

function longestOf(pieces: readonly (readonly string[])[]): number {
  return pieces.flat().reduce((most, { length }) => Math.max(most, length), 0);
}
