/** A slot's numbers: the n-gram's key in two halves, where its weights begin, and the last text that had it. */
const SLOT = 4;
const [HIGH, LOW, PLACE, TEXT] = [0, 1, 2, 3];
/** Slots an n-gram, so that hardly one lies beside its own. */
const SPARE = 2;

/**
 * N-grams by their letters, which are bytes: at most six make a key of 48 bits. A table of numbers that takes one step into
 * memory where a map of strings takes four, and makes no strings.
 */
export class NgramTable {
  readonly #slots: Int32Array;
  readonly #mask: number;

  /** Room for so many n-grams. */
  constructor(ngrams: number) {
    const capacity = 2 ** Math.ceil(Math.log2(ngrams * SPARE));
    this.#mask = capacity - 1;
    this.#slots = new Int32Array(capacity * SLOT);
  }

  /** An n-gram of at most six bytes, and where its weights begin. */
  put(ngram: string, place: number): void {
    let [high, low] = [0, 0];
    for (let at = 0; at < ngram.length; at += 1) {
      high = (high << 8) | (low >>> 24);
      low = (low << 8) | ngram.charCodeAt(at);
    }
    const slot = this.#slotOf(high, low);
    this.#slots[slot + HIGH] = high;
    this.#slots[slot + LOW] = low;
    this.#slots[slot + PLACE] = place;
    this.#slots[slot + TEXT] = -1;
  }

  /** Where the weights of the n-gram begin, once for each `text` (a number above 0); -1 for one that this text had before, undefined for an unknown one. */
  take(high: number, low: number, text: number): number | undefined {
    const slots = this.#slots;
    const slot = this.#slotOf(high, low);
    if (slots[slot + TEXT] === 0) return undefined;
    if (slots[slot + TEXT] === text) return -1;
    slots[slot + TEXT] = text;
    return slots[slot + PLACE];
  }

  /** Its own slot, or the empty one that it would have. */
  #slotOf(high: number, low: number): number {
    const slots = this.#slots;
    for (let index = hashed(high, low) & this.#mask; ; index = (index + 1) & this.#mask) {
      const slot = index * SLOT;
      if ((slots[slot + LOW] === low && slots[slot + HIGH] === high) || slots[slot + TEXT] === 0) return slot;
    }
  }
}

function hashed(high: number, low: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
