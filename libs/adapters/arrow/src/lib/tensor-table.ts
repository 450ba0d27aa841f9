import type { Table, Vector } from 'apache-arrow';
import type { Tensor, TensorMap } from '@cortex/inference';
import { columnOf, readTable } from './arrow-table';
import { ArrowShapeError } from './arrow.errors';
import type { StreamLimits } from './ipc/stream-check';
import { tableStream, type Beside } from './table-stream';
import { tensorOf } from './tensor-column';
import { tensorColumn } from './tensor-vector';
import { ID, idsOf, TEXT } from './text-table';

/** Which columns are tensors. */
export interface TensorColumns {
  /** Default: all but the ids. */
  readonly names?: readonly string[];
  /** Default: `id` in a table that has a column `text`, otherwise none, as a model may have an input of that name. */
  readonly id?: string;
}

export interface TensorTable {
  readonly tensors: TensorMap;
  readonly ids?: Vector;
}

/** A tensor a column, in their order. @throws ArrowFormatError, ArrowColumnError, ArrowTooLargeError */
export function readTensorTable(bytes: Uint8Array, { names, id }: TensorColumns, limits: StreamLimits): TensorTable {
  const table = readTable(bytes, limits);
  const present = table.schema.fields.map(({ name }) => name);
  const idName = id ?? (present.includes(TEXT) && present.includes(ID) ? ID : undefined);
  const tensors = tensorsOf(table, names ?? present.filter((name) => name !== idName), limits);
  return { tensors, ids: idName === undefined ? undefined : idsOf(table, idName) };
}

function tensorsOf(table: Table, names: readonly string[], limits: StreamLimits): TensorMap {
  // Without a prototype, so that a name such as __proto__ is a key like any other.
  const tensors: Record<string, Tensor> = Object.create(null);
  for (const name of names) {
    const { field, column } = columnOf(table, name);
    tensors[name] = tensorOf(field, column, limits.bytes);
  }
  return tensors;
}

/** Tensors as the columns of an IPC stream. @throws ArrowShapeError unless all have the same number of rows, which is that of the ids */
export function tensorStream(tensors: readonly (readonly [name: string, tensor: Tensor])[], beside: Beside = {}): Uint8Array {
  const rows = beside.ids?.length ?? tensors[0]?.[1].shape[0] ?? 0;
  for (const [name, { shape }] of tensors) {
    if (shape[0] !== rows) throw new ArrowShapeError(name, `its shape is [${shape}], a table of ${rows} rows cannot hold it`);
  }
  return tableStream(tensors.map(([name, tensor]) => tensorColumn(name, tensor)), rows, beside);
}
