/** Pieces in one generation; two are kept. About 100 bytes each. */
const GENERATION = 25_000;

/** Remembers what short pieces of text were read as, the lately used ones. */
export class RecentPieces<T> {
  #young = new Map<string, T>();
  #old = new Map<string, T>();

  find(piece: string): T | undefined {
    const young = this.#young.get(piece);
    if (young !== undefined) return young;
    const old = this.#old.get(piece);
    if (old !== undefined) this.keep(piece, old);
    return old;
  }

  /** When the young generation is full it becomes the old one, and what was not used for so long is forgotten. */
  keep(piece: string, value: T): void {
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(detached(piece), value);
  }
}

/** A copy: a slice of a text keeps the whole text in memory. */
function detached(piece: string): string {
  return Buffer.from(piece, 'utf16le').toString('utf16le');
}
