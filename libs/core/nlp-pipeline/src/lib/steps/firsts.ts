/** Of earlier batches of a stream. */
const MOST = 4_096;
const MOST_BYTES = 32 * 2 ** 20;

/** Texts that are no duplicates, by their place, with what each is compared by; the oldest come first. */
export class Firsts<Made> implements Iterable<readonly [index: number, made: Made]> {
  readonly #byIndex = new Map<number, Made>();
  #bytes = 0;

  constructor(private readonly bytesOf: (made: Made) => number) {}

  [Symbol.iterator](): IterableIterator<[number, Made]> {
    return this.#byIndex.entries();
  }

  add(index: number, made: Made): void {
    this.#byIndex.set(index, made);
    this.#bytes += this.bytesOf(made);
  }

  /** Forgets the oldest, and gives them, until at most 4,096 of at most 32 MiB are left. It is for between batches: the texts of one are all compared. */
  shrink(): readonly (readonly [index: number, made: Made])[] {
    const forgotten: [number, Made][] = [];
    for (const [index, made] of this) {
      if (this.#byIndex.size <= MOST && this.#bytes <= MOST_BYTES) break;
      this.#byIndex.delete(index);
      this.#bytes -= this.bytesOf(made);
      forgotten.push([index, made]);
    }
    return forgotten;
  }
}
