import type { RequestContext } from '@cortex/kernel';
import type { EmbedResult, TextModels } from '@cortex/text-models';
import { piecesOf } from './pieces';

/** A text above it is read in pieces from the start; one below may turn out too long for the model and is then halved. */
const WHOLE = 4_000;
const PIECE = 1_000;
/** Pieces in one request. */
const BATCH = 256;

export interface TextVector {
  readonly vector: Float32Array;
  readonly model: EmbedResult['model'];
  /** Pieces whose vectors were averaged, weighted by their tokens. */
  readonly windows: number;
}

export interface LongTexts {
  readonly model: string | undefined;
  readonly texts: readonly string[];
}

interface Piece {
  /** Which text it is a part of. */
  readonly of: number;
  readonly text: string;
}

/** A vector a text of any length: of the text itself where the model takes it whole, otherwise the mean over its pieces. */
export async function embedLong(models: Pick<TextModels, 'embed'>, { model, texts }: LongTexts, context: RequestContext): Promise<readonly TextVector[]> {
  const sums = texts.map(() => new VectorSum());
  let served: EmbedResult['model'] | undefined;
  const waiting = texts.flatMap((text, of) => (text.length <= WHOLE ? [text] : piecesOf(text, PIECE)).map((piece): Piece => ({ of, text: piece }))).reverse();
  while (waiting.length > 0) {
    const batch = waiting.splice(-BATCH).reverse();
    const answer = await models.embed({ ...(model !== undefined && { model }), texts: batch.map(({ text }) => text), truncate: true }, context);
    served = answer.model;
    waiting.push(...sorted(batch, answer, sums));
  }
  return sums.map((sum) => ({ vector: sum.mean(), model: served!, windows: sum.pieces }));
}

/** Adds what was read whole; gives the halves of what may have been cut: a piece as long as the longest of an answer in which something was. */
function sorted(batch: readonly Piece[], { vectors, lengths, truncated }: EmbedResult, sums: readonly VectorSum[]): readonly Piece[] {
  const limit = truncated === 0 ? Infinity : lengths.reduce((most, length) => Math.max(most, length), 0);
  const halves: Piece[] = [];
  for (const [index, piece] of batch.entries()) {
    if (lengths[index]! < limit || piece.text.length < 2) sums[piece.of]!.add(vectors[index]!, lengths[index]!);
    else halves.push(...piecesOf(piece.text, Math.ceil(piece.text.length / 2)).map((text) => ({ of: piece.of, text })));
  }
  return halves;
}

/** The mean of vectors by weight; of length 1 where the vectors are; one vector alone as it came. */
class VectorSum {
  #only: Float32Array | undefined;
  #sum: Float32Array | undefined;
  #weight = 0;
  #areUnit = true;
  pieces = 0;

  add(vector: Float32Array, weight: number): void {
    this.#only = this.pieces === 0 ? vector : undefined;
    const sum = (this.#sum ??= new Float32Array(vector.length));
    for (let index = 0; index < sum.length; index += 1) sum[index]! += vector[index]! * weight;
    this.#weight += weight;
    this.#areUnit &&= Math.abs(normOf(vector) - 1) < 1e-3;
    this.pieces += 1;
  }

  mean(): Float32Array {
    if (this.#only) return this.#only;
    const sum = this.#sum ?? new Float32Array(0);
    const by = this.#areUnit ? normOf(sum) : this.#weight;
    return by === 0 ? sum : sum.map((value) => value / by);
  }
}

export function normOf(vector: Float32Array): number {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return Math.sqrt(squares);
}
