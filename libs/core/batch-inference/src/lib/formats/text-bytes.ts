import { FLOAT_TEXT_BYTES, writeFloats } from '@cortex/inference';

const FIRST_BYTES = 65_536;
/** Of a UTF-16 unit in UTF-8. */
const MOST_BYTES = 3;

/** Text that grows, as UTF-8: vectors written digit by digit, without the strings in between. */
export class TextBytes {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  text(text: string): this {
    this.#makeRoom(text.length * MOST_BYTES);
    this.#length += this.#bytes.write(text, this.#length);
    return this;
  }

  /** As a JSON list. */
  floats(values: Float32Array): this {
    this.#makeRoom(2 + values.length * FLOAT_TEXT_BYTES);
    this.#length = writeFloats(values, this.#bytes, this.#length);
    return this;
  }

  /** What was written; nothing may be written after. */
  taken(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #makeRoom(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#length + bytes));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
