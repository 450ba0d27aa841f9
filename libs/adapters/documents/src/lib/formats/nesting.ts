import { TooLargeError } from '../reading.errors';

/** A browser flattens a page below 512; our parser of markup takes time by the square of it. */
const MAX_DEPTH = 10_000;

/** How deep one is in elements. */
export class Nesting {
  #depth = 0;

  enter(): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new TooLargeError('elements within each other', MAX_DEPTH);
  }

  leave(): void {
    this.#depth -= 1;
  }
}
