import type { Vectors } from './vectors';

/** Token t's vector is `weights[t] * rows[t] * unit`; the unit cancels in the norm and is not kept. */
export interface QuantizedTable {
  readonly width: number;
  readonly rows: Int8Array;
  /** 0..127: a token of weight 0 is not seen. */
  readonly weights: Uint8Array;
}

const LARGEST = 127;

/**
 * One int8 row and one 7-bit weight for each token. The row is rounded against its rounded weight, so that the weight's
 * own rounding costs nothing but a little of the row's range.
 */
export function quantize(table: Vectors): QuantizedTable {
  const { count, width } = table;
  const largest = Float64Array.from(table.rows(), (row) => row.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
  const unit = largest.reduce((most, value) => Math.max(most, value), 0) / LARGEST ** 2;
  const rows = new Int8Array(count * width);
  const weights = new Uint8Array(count);
  for (let token = 0; token < count; token++) {
    if (largest[token] === 0) continue;
    // Rounded up, less a hair that only undoes the float's own error: every component stays within int8.
    weights[token] = Math.max(1, Math.ceil(largest[token]! / (unit * LARGEST) - 1e-9));
    const step = weights[token]! * unit;
    table.row(token).forEach((value, index) => (rows[token * width + index] = Math.round(value / step)));
  }
  return { width, rows, weights };
}
