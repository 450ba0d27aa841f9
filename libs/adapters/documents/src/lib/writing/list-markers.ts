interface OpenList {
  /** Absent where items have no numbers. */
  number?: number;
}

const MAX_INDENT = 8;

/** What stands before the lines of a list: `- `, `2. `, or as many spaces as its depth asks for. */
export class ListMarkers {
  readonly #lists: OpenList[] = [];
  #marker: string | undefined;

  get depth(): number {
    return this.#lists.length;
  }

  open(first?: number): void {
    this.#lists.push(first === undefined ? {} : { number: first });
  }

  close(): void {
    this.#lists.pop();
    this.#marker = undefined;
  }

  /** An item begins. */
  next(): void {
    const list = this.#lists.at(-1);
    this.#marker = list?.number === undefined ? '- ' : `${list.number++}. `;
  }

  /** Of the line that is written now; an item's marker is given once. */
  lead(): string {
    if (this.depth === 0) return '';
    const marker = this.#marker;
    this.#marker = undefined;
    return '  '.repeat(Math.min(this.depth - (marker === undefined ? 0 : 1), MAX_INDENT)) + (marker ?? '');
  }
}
