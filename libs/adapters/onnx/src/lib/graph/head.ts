import { assertNever } from '@cortex/kernel';
import { sizeOf, type Head, type Tensor } from '@cortex/inference';
import { GraphError } from './graph.errors';
import { halfToNumber } from './half';

/** Reads one vector a row (for `tokens`, one a token) from a graph's output, end to end. A row's bits depend on its own tokens alone. */
export function readHead(head: Head, output: Tensor, lengths: Int32Array): Float32Array {
  const values = floatsOf(output);
  const vectors = head.pooling === 'none' ? flatRows(output, values, lengths.length) : pool(head, { output, values, lengths });
  if (head.normalize) normalize(vectors, widthOf(head, output));
  return vectors;
}

interface Hidden {
  readonly output: Tensor;
  readonly values: Float32Array;
  readonly lengths: Int32Array;
}

function widthOf({ pooling }: Head, { shape }: Tensor): number {
  return pooling === 'none' ? sizeOf(shape.slice(1)) : shape[2]!;
}

function flatRows({ shape }: Tensor, values: Float32Array, rows: number): Float32Array {
  if (shape[0] !== rows) throw new GraphError(`its output has shape [${shape}], expected ${rows} rows`);
  return values.slice();
}

function pool(head: Head, hidden: Hidden): Float32Array {
  const { shape } = hidden.output;
  if (shape.length !== 3 || shape[0] !== hidden.lengths.length) {
    throw new GraphError(`its output has shape [${shape}], ${head.pooling} pooling reads [rows, tokens, width]`);
  }
  switch (head.pooling) {
    case 'mean':
      return meanOfTokens(hidden);
    case 'cls':
      return tokensAt(hidden, () => [0, 1]);
    case 'last':
      return tokensAt(hidden, (length) => [length - 1, length]);
    case 'tokens':
      return tokensAt(hidden, (length) => [0, length]);
    case 'none':
      throw new Error('nothing to pool. This is a bug.');
    default:
      return assertNever(head.pooling);
  }
}

/** The mean over a row's own tokens, in order, in double precision; a row without tokens is zero. */
function meanOfTokens({ output, values, lengths }: Hidden): Float32Array {
  const [rows = 0, tokens = 0, width = 0] = output.shape;
  const means = new Float32Array(rows * width);
  const sums = new Float64Array(width);
  for (let row = 0; row < rows; row += 1) {
    const length = lengths[row]!;
    sums.fill(0);
    // Token by token, as they lie in memory: a column at a time would miss the cache at every step.
    for (let token = 0, at = row * tokens * width; token < length; token += 1) {
      for (let column = 0; column < width; column += 1, at += 1) sums[column]! += values[at]!;
    }
    for (let column = 0; column < width && length > 0; column += 1) means[row * width + column] = sums[column]! / length;
  }
  return means;
}

/** The vectors of each row's tokens from `start` to `end`, end to end; zeros for what an empty row lacks. */
function tokensAt({ output, values, lengths }: Hidden, range: (length: number) => [start: number, end: number]): Float32Array {
  const [, tokens = 0, width = 0] = output.shape;
  const ranges = Array.from(lengths, range);
  const picked = new Float32Array(ranges.reduce((sum, [start, end]) => sum + end - start, 0) * width);
  let offset = 0;
  ranges.forEach(([start, end], row) => {
    const first = row * tokens * width;
    if (lengths[row]! > 0) picked.set(values.subarray(first + start * width, first + end * width), offset);
    offset += (end - start) * width;
  });
  return picked;
}

/** Divides each vector by its L2 norm; a zero vector stays zero. */
function normalize(vectors: Float32Array, width: number): void {
  for (let start = 0; start < vectors.length; start += width) {
    let squares = 0;
    for (let i = start; i < start + width; i += 1) squares += vectors[i]! * vectors[i]!;
    const norm = Math.sqrt(squares);
    if (norm === 0) continue;
    for (let i = start; i < start + width; i += 1) vectors[i]! /= norm;
  }
}

function floatsOf({ dtype, data }: Tensor): Float32Array {
  if (data instanceof Float32Array) return data;
  if (data instanceof Float64Array) return Float32Array.from(data);
  if (dtype === 'float16') return Float32Array.from(data as Uint16Array, halfToNumber);
  throw new GraphError(`its output has type ${dtype}, a vector is read from floats`);
}
