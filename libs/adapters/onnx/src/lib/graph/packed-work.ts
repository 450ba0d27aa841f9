import type { BatchOutput, Head, Tensor, TensorMap, TokenRow, TokenWork, Work } from '@cortex/inference';

/** Rows laid end to end, so that a batch crosses threads as two arrays. Row i is the next `lengths[i]` of `ids`. */
export interface PackedTokens {
  readonly kind: 'tokens';
  readonly ids: Int32Array;
  readonly lengths: Int32Array;
  /** Where any row has them; 0 elsewhere. */
  readonly typeIds?: Int32Array;
  readonly head: Head;
}

export interface PackedTensors {
  readonly kind: 'tensors';
  readonly inputs: TensorMap;
  readonly outputs?: readonly string[];
}

export type PackedWork = PackedTokens | PackedTensors;

/** `values` holds the rows' vectors end to end: with `tokens` pooling a row has `lengths[i]` equal parts, otherwise one. */
export interface PackedVectors {
  readonly kind: 'tokens';
  readonly values: Float32Array;
  readonly runMs: number;
}

export interface PackedOutputs {
  readonly kind: 'tensors';
  readonly outputs: TensorMap;
  readonly runMs: number;
}

export type PackedResult = PackedVectors | PackedOutputs;

export function pack(work: Work): PackedWork {
  return work.kind === 'tokens' ? packTokens(work) : work;
}

/** The result of `work` as its caller sees it; every vector is its own copy, so that one kept does not hold the batch. */
export function unpack(work: Work, result: PackedResult): BatchOutput {
  if (result.kind === 'tensors') return result;
  if (work.kind === 'tensors') throw new Error('vectors came back for tensors. This is a bug.');
  return { kind: 'tokens', runMs: result.runMs, vectors: vectorsOf(work, result.values) };
}

function packTokens({ rows, head }: TokenWork): PackedTokens {
  const lengths = Int32Array.from(rows, ({ ids }) => ids.length);
  const size = lengths.reduce((sum, length) => sum + length, 0);
  const ids = join(rows, size, (row) => row.ids);
  if (!rows.some(({ typeIds }) => typeIds)) return { kind: 'tokens', ids, lengths, head };
  return { kind: 'tokens', ids, lengths, head, typeIds: join(rows, size, (row) => row.typeIds) };
}

function join(rows: readonly TokenRow[], size: number, column: (row: TokenRow) => Int32Array | undefined): Int32Array {
  const joined = new Int32Array(size);
  let offset = 0;
  for (const row of rows) {
    const values = column(row);
    if (values) joined.set(values, offset);
    offset += row.ids.length;
  }
  return joined;
}

function vectorsOf({ rows, head }: TokenWork, values: Float32Array): Float32Array[] {
  const partsOf = (row: TokenRow) => (head.pooling === 'tokens' ? row.ids.length : 1);
  const parts = rows.reduce((sum, row) => sum + partsOf(row), 0);
  const width = parts === 0 ? 0 : values.length / parts;
  let offset = 0;
  return rows.map((row) => values.slice(offset, (offset += partsOf(row) * width)));
}

/** Copies of the caller's tensors, which may be handed to another thread: the caller keeps its own. */
export function detached(work: PackedWork): PackedWork {
  if (work.kind === 'tokens') return work;
  const copies = Object.entries(work.inputs).map(([name, tensor]): [string, Tensor] => [name, copyOf(tensor)]);
  return { ...work, inputs: Object.fromEntries(copies) };
}

function copyOf(tensor: Tensor): Tensor {
  return { ...tensor, data: tensor.data.slice() };
}

/** The buffers that may be moved instead of copied when `work` or its result crosses threads. */
export function buffersOf(packed: PackedWork | PackedResult): ArrayBuffer[] {
  const arrays = packed.kind === 'tokens' ? tokenArrays(packed) : tensorArrays(packed);
  return [...new Set(arrays.map((array) => array.buffer as ArrayBuffer))];
}

function tokenArrays(packed: PackedTokens | PackedVectors): ArrayBufferView[] {
  if ('values' in packed) return [packed.values];
  return [packed.ids, packed.lengths, ...(packed.typeIds ? [packed.typeIds] : [])];
}

function tensorArrays(packed: PackedTensors | PackedOutputs): ArrayBufferView[] {
  const tensors = 'inputs' in packed ? packed.inputs : packed.outputs;
  return Object.values(tensors).map(({ data }) => data).filter((data) => ArrayBuffer.isView(data));
}
