import { TooManyRowsError } from './http.errors';

/** How many texts, documents or tensor rows one request may bring. */
export class RowLimit {
  constructor(readonly rows: number) {}

  /** @throws TooManyRowsError */
  check(field: string, rows: number): void {
    if (rows > this.rows) throw new TooManyRowsError(field, rows, this.rows);
  }
}
