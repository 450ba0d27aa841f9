/** Texts that come batch by batch: how many were before, and what steps remember of them. A run by itself is a stream of one batch. */
export class TextStream {
  /** Texts of earlier batches. */
  before = 0;
  readonly #memories = new Map<object, unknown>();

  /** What its owner, a step, remembers; made when first asked for. Owners keep it bounded. */
  memory<T>(owner: object, make: () => T): T {
    if (!this.#memories.has(owner)) this.#memories.set(owner, make());
    return this.#memories.get(owner) as T;
  }
}
