import type { InputRow, RowWindow } from './row-format.port';

interface CutRow {
  readonly row: InputRow;
  /** Where the input goes on behind the row, in bytes: what to go on from, too. */
  readonly end: number;
}

/** Cuts rows that come one by one into windows, by the rows and bytes alone. */
export class WindowCutter {
  #rows: InputRow[] = [];
  #end: number;
  /** Where the last window ended. */
  #start: number;

  constructor(start: number, private readonly limits: { readonly rows: number; readonly bytes: number }) {
    this.#start = start;
    this.#end = start;
  }

  /** The windows that are complete now that this row has come. */
  *add({ row, end }: CutRow): Generator<RowWindow> {
    if (this.#rows.length > 0 && end - this.#start > this.limits.bytes) yield this.#cut();
    this.#rows.push(row);
    this.#end = end;
    if (this.#rows.length === this.limits.rows) yield this.#cut();
  }

  /** The rows that are left. */
  *last(): Generator<RowWindow> {
    if (this.#rows.length > 0) yield this.#cut();
  }

  #cut(): RowWindow {
    const window = { rows: this.#rows, next: this.#end, bytesRead: this.#end };
    this.#rows = [];
    this.#start = this.#end;
    return window;
  }
}
