import { arrayOf, concatRows, isBatchable, sizeOf, sliceRows, type BatchOutput, type Signature, type Tensor, type TensorMap, type TensorSpec, type TensorWork } from '@cortex/inference';
import { randomOf } from './random';
import type { ProbePlan, ProbeSubject } from './subject';

const ROWS = [1, 4, 16];
/** The largest batch is timed, too: where rows begin to share less, no smaller one shows it. */
const MOST_ROWS = 64;
const PROBE_ROWS = 5;
/** For axes whose size is free and is not the number of rows. */
const FREE_AXIS = 8;
/** Enough to compare variants by; an image's output may be millions. */
const MAX_VECTOR = 4_096;
/** The bits of half-precision 0.5; those up to 0x3bff are below 1. */
const HALF = 0x3800;

export function tensorSubject(signature: Signature, plan: ProbePlan): ProbeSubject {
  const random = randomOf(1);
  const inputsOf = (rows: number) => Object.fromEntries(signature.inputs.map((spec) => [spec.name, tensorOf(spec, rows, random)]));
  const work = (inputs: TensorMap): TensorWork => ({ kind: 'tensors', inputs });
  const batchable = isBatchable(signature) && plan.maxRows > 1;
  const alone = Array.from({ length: batchable ? PROBE_ROWS : 1 }, () => inputsOf(1));
  const largest = batchable ? Math.min(plan.maxRows, MOST_ROWS) : 1;
  const rows = [...ROWS.filter((count) => count < largest), largest];
  return {
    cells: rows.map((count) => ({ rows: count, length: 1 })),
    batch: (cell) => work(inputsOf(cell.rows)),
    alone: alone.map(work),
    ...(batchable && { together: work(stack(alone)) }),
    rowsOf: (output) => rowsOf(outputsOf(output)),
    vectorOf: (output) => numbersOf(outputsOf(output)),
  };
}

function tensorOf(spec: TensorSpec, rows: number, random: () => number): Tensor {
  const shape = spec.axes.map((axis, index) => (typeof axis === 'number' ? axis : index === 0 ? rows : FREE_AXIS));
  const size = sizeOf(shape);
  if (spec.dtype === 'string') return { dtype: spec.dtype, shape, data: Array.from({ length: size }, () => 'probe') };
  const data = new (arrayOf(spec.dtype))(size);
  for (let i = 0; i < size; i += 1) data[i] = valueOf(spec, random);
  return { dtype: spec.dtype, shape, data };
}

/** Floats in [-1, 1), integers 0 or 1: valid as an index, a flag and a count. */
function valueOf({ dtype }: TensorSpec, random: () => number): number | bigint {
  switch (dtype) {
    case 'float32':
    case 'float64':
      return random() * 2 - 1;
    case 'float16':
      return HALF + Math.floor(random() * 0x400);
    case 'int64':
    case 'uint64':
      return BigInt(Math.round(random()));
    default:
      return Math.round(random());
  }
}

function stack(rows: readonly TensorMap[]): TensorMap {
  const names = Object.keys(rows[0]!);
  return Object.fromEntries(names.map((name) => [name, concatRows(rows.map((row) => row[name]!))]));
}

function outputsOf(output: BatchOutput): Tensor[] {
  if (output.kind !== 'tensors') throw new Error('vectors came back for tensors. This is a bug.');
  return Object.values(output.outputs);
}

function rowsOf(outputs: readonly Tensor[]): Uint8Array[] {
  const rows = Math.min(...outputs.map(({ shape }) => shape[0] ?? 1));
  return Array.from({ length: rows }, (_, row) => Buffer.concat(outputs.map((output) => bytesOf(sliceRows(output, row, row + 1)))));
}

function bytesOf({ data }: Tensor): Uint8Array {
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(JSON.stringify(data));
}

function numbersOf(outputs: readonly Tensor[]): Float32Array {
  const numbers = outputs.filter(({ dtype }) => dtype === 'float32' || dtype === 'float64').flatMap(({ data }) => Array.from(data.slice(0, MAX_VECTOR), Number));
  return Float32Array.from(numbers.slice(0, MAX_VECTOR));
}
