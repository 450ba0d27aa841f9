import type { TypedSpan } from '../span-tally';

/**
 * Where one sentence ends and the next begins, as spans to tally; a text of one sentence has none. Places are counted in
 * characters that are no white space, so that it does not matter to which sentence a splitter gives the space between.
 */
export function boundariesOf(sentences: readonly string[]): TypedSpan[] {
  let place = 0;
  return sentences.slice(0, -1).map((sentence) => {
    place += sentence.replace(/\s+/g, '').length;
    return { type: 'boundary', start: place, end: place };
  });
}
