import { makeData, RecordBatch, Schema, Struct, Table, tableToIPC } from 'apache-arrow';
import type { Tensor, TensorMap } from '@cortex/inference';
import { columnOf, readTable } from './arrow-table';
import { ArrowShapeError } from './arrow.errors';
import type { StreamLimits } from './ipc/stream-check';
import { tensorOf } from './tensor-column';
import { tensorColumn } from './tensor-vector';

/** A column each, in their order; the ones that are named, otherwise all. @throws ArrowFormatError, ArrowColumnError, ArrowTooLargeError */
export function readTensors(bytes: Uint8Array, columns: readonly string[] | undefined, limits: StreamLimits): TensorMap {
  const table = readTable(bytes, limits);
  const names = columns ?? table.schema.fields.map(({ name }) => name);
  // Without a prototype, so that a name such as __proto__ is a key like any other.
  const tensors: Record<string, Tensor> = Object.create(null);
  for (const name of names) {
    const { field, column } = columnOf(table, name);
    tensors[name] = tensorOf(field, column, limits.bytes);
  }
  return tensors;
}

/** Tensors as the columns of an IPC stream. @throws ArrowShapeError unless all have the same number of rows */
export function tensorStream(tensors: readonly (readonly [name: string, tensor: Tensor])[]): Uint8Array {
  const rows = tensors[0]?.[1].shape[0] ?? 0;
  for (const [name, { shape }] of tensors) {
    if (shape[0] !== rows) throw new ArrowShapeError(name, `its shape is [${shape}], a table of ${rows} rows cannot hold it`);
  }
  const columns = tensors.map(([name, tensor]) => tensorColumn(name, tensor));
  const schema = new Schema(columns.map(({ field }) => field));
  const data = makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children: columns.map((column) => column.data) });
  return tableToIPC(new Table([new RecordBatch(schema, data)]), 'stream');
}
