import type { InputRow, RowWindow } from '@cortex/batch-inference';
import type { SizedRow } from './input-rows';

/** Where a reading goes on: behind so many rows of the batch at that byte. It is kept as JSON. */
export type Place = {
  readonly at: number;
  readonly row: number;
  /** Where the dictionaries of the batch begin. */
  readonly dictionaries: readonly number[];
};

/** Where a window ends, and how much of the input lies behind it. */
export interface End {
  readonly place: Place;
  readonly bytesRead: number;
}

/** Gathers rows into windows, by their number and bytes alone. */
export class RowGathering {
  #rows: InputRow[] = [];
  #bytes = 0;

  constructor(private readonly limits: { readonly rows: number; readonly bytes: number }) {}

  get isEmpty(): boolean {
    return this.#rows.length === 0;
  }

  get isFull(): boolean {
    return this.#rows.length === this.limits.rows;
  }

  /** Whether another row is one too many. */
  isOver(bytes: number): boolean {
    return !this.isEmpty && this.#bytes + bytes > this.limits.bytes;
  }

  add({ row, bytes }: SizedRow): void {
    this.#rows.push(row);
    this.#bytes += bytes;
  }

  /** What was gathered, as a window that ends there. */
  take({ place: { dictionaries, ...place }, bytesRead }: End): RowWindow {
    const window = { rows: this.#rows, next: { ...place, dictionaries: [...dictionaries] }, bytesRead };
    this.#rows = [];
    this.#bytes = 0;
    return window;
  }
}
