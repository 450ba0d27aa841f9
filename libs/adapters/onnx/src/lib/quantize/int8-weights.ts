import { GraphError } from '../graph/graph.errors';
import type { FileBytes, Span } from './file-bytes';
import type { Layout } from './int8-plan';

/** A float32 matrix in a file. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Span;
}

const LARGEST = 127;
const LEAST_PEAK = 1e-12;
const BLOCK_VALUES = 2 ** 20;

type PairPeak = (first: number, second: number) => number;

interface Quantization {
  readonly scales: (file: FileBytes, matrix: Matrix) => Float32Array<ArrayBuffer>;
  readonly values: (file: FileBytes, matrix: Matrix, scales: Float32Array) => Iterable<Int8Array>;
}

/** Scales, and the values in int8 as they are stored: `columns` and `table` as the matrix lies, `rows` with rows and columns exchanged. */
export const QUANTIZATION: Record<Layout, Quantization> = {
  columns: { scales: columnScales, values: byColumn },
  rows: { scales: (file, matrix) => rowScales(file, matrix, exactPeak), values: byRowTurned },
  table: { scales: (file, matrix) => rowScales(file, matrix, largerPeak), values: byRow },
};

function columnScales(file: FileBytes, matrix: Matrix): Float32Array<ArrayBuffer> {
  const { columns } = matrix;
  const peaks = new Float32Array(columns);
  for (const block of blocks(file, matrix)) {
    for (let start = 0; start < block.length; start += 2 * columns) {
      for (let column = 0; column < columns; column += 1) {
        peaks[column] = Math.max(peaks[column]!, exactPeak(block[start + column]!, block[start + columns + column] ?? 0));
      }
    }
  }
  return peaks.map(scaleOf);
}

function rowScales(file: FileBytes, matrix: Matrix, peakOf: PairPeak): Float32Array<ArrayBuffer> {
  const scales = new Float32Array(matrix.rows);
  let row = 0;
  for (const block of blocks(file, matrix)) {
    for (let start = 0; start < block.length; start += matrix.columns) scales[row++] = scaleOf(rowPeak(block.subarray(start, start + matrix.columns), peakOf));
  }
  return scales;
}

function* byColumn(file: FileBytes, matrix: Matrix, scales: Float32Array): Generator<Int8Array> {
  for (const block of blocks(file, matrix)) {
    const bytes = new Int8Array(block.length);
    for (let start = 0; start < block.length; start += matrix.columns) {
      for (let column = 0; column < matrix.columns; column += 1) bytes[start + column] = rounded(block[start + column]! / scales[column]!);
    }
    yield bytes;
  }
}

function* byRow(file: FileBytes, matrix: Matrix, scales: Float32Array): Generator<Int8Array> {
  let row = 0;
  for (const block of blocks(file, matrix)) {
    const bytes = new Int8Array(block.length);
    for (let start = 0; start < block.length; start += matrix.columns) {
      const scale = scales[row++]!;
      for (let at = start; at < start + matrix.columns; at += 1) bytes[at] = rounded(block[at]! / scale);
    }
    yield bytes;
  }
}

function* byRowTurned(file: FileBytes, matrix: Matrix, scales: Float32Array): Generator<Int8Array> {
  const { rows, columns } = matrix;
  const turned = new Int8Array(rows * columns);
  let row = 0;
  for (const bytes of byRow(file, matrix, scales)) {
    for (let start = 0; start < bytes.length; start += columns, row += 1) {
      for (let column = 0; column < columns; column += 1) turned[column * rows + row] = bytes[start + column]!;
    }
  }
  yield turned;
}

/** The matrix from top to bottom, an even number of rows at a time, but for the last. */
function* blocks(file: FileBytes, { rows, columns, values }: Matrix): Generator<Float32Array> {
  const step = 2 * Math.max(1, Math.floor(BLOCK_VALUES / (2 * columns)));
  const rowBytes = columns * Float32Array.BYTES_PER_ELEMENT;
  for (let row = 0; row < rows; row += step) {
    const until = Math.min(row + step, rows);
    yield new Float32Array(file.read({ start: values.start + row * rowBytes, end: values.start + until * rowBytes }).buffer);
  }
}

function rowPeak(row: Float32Array, peakOf: PairPeak): number {
  let peak = 0;
  for (let at = 0; at < row.length; at += 2) peak = Math.max(peak, peakOf(row[at]!, row[at + 1] ?? 0));
  return peak;
}

function largerPeak(first: number, second: number): number {
  return Math.max(Math.abs(first), Math.abs(second));
}

/**
 * Keeps products with uint8 exact on every processor. Without VNNI two of them are added in 16 bits, which saturates; so no two
 * neighbours in a column may add up to more than the largest value: 255 · (127 + 1, for rounding) fits. Opposite signs always do.
 */
function exactPeak(first: number, second: number): number {
  return Math.max(largerPeak(first, second), Math.abs(first + second));
}

function scaleOf(peak: number): number {
  if (!Number.isFinite(peak)) throw new GraphError('a weight is not a finite number');
  return Math.max(peak, LEAST_PEAK) / LARGEST;
}

function rounded(value: number): number {
  return Math.max(-LARGEST, Math.min(LARGEST, Math.round(value)));
}
