/** Numbers that follow from a seed alone (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** `#` is a digit, `@` a capital letter, `§` a digit that is not 0, `¤` a hexadecimal digit; everything else is itself. */
  like(form: string): string {
    return form.replace(/[#@§¤]/g, (sign) => {
      if (sign === '@') return String.fromCharCode(65 + this.below(26));
      if (sign === '¤') return this.below(16).toString(16);
      return String(sign === '§' ? this.between(1, 9) : this.below(10));
    });
  }
}
