/** Offsets into one text, as Python counts them and as JavaScript does. A lone surrogate is one code point. */
export class CodePoints {
  /** Where the pairs begin, in UTF-16 units, ascending. */
  readonly #pairs: readonly number[];
  readonly length: number;

  constructor(text: string) {
    this.#pairs = Array.from(text.matchAll(/[\u{10000}-\u{10FFFF}]/gu), ({ index }) => index);
    this.length = text.length - this.#pairs.length;
  }

  /** Code points before a UTF-16 offset; inside of a pair, those before the pair. */
  before(offset: number): number {
    return offset - this.#countWhile((pair) => pair < offset);
  }

  /** The UTF-16 offset after so many code points. */
  offsetOf(codePoints: number): number {
    return codePoints + this.#countWhile((pair, count) => pair - count < codePoints);
  }

  /** How many pairs, from the first, fulfil what holds up to some pair and for none after it. */
  #countWhile(holds: (pair: number, index: number) => boolean): number {
    let low = 0;
    for (let high = this.#pairs.length; low < high;) {
      const middle = (low + high) >>> 1;
      if (holds(this.#pairs[middle]!, middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
