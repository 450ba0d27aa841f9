import type { InputRow, RowId } from '@cortex/batch-inference';
import { DataType, type Data, type Table, type Vector } from 'apache-arrow';
import { columnOf } from '../arrow-table';
import { ArrowColumnError } from '../arrow.errors';
import { isText, textAt } from '../text-column';
import { ID, idsOf, plainIds } from '../text-table';

/** Beside its texts, what a row takes of a window. */
const ROW_BYTES = 16;

export interface SizedRow {
  readonly row: InputRow;
  readonly bytes: number;
}

type ReadValue = (row: number) => string | readonly (string | null)[] | null;

/** The rows of a batch: their ids, and texts or lists of texts under the names that are wanted. A row of more than `mostBytes` is one with an error. @throws ArrowColumnError */
export function rowsOf(batch: Table, fields: readonly string[], mostBytes: number): { readonly count: number; at(row: number): SizedRow } {
  const columns = fields.map((name) => ({ name, read: valuesOf(name, columnOf(batch, name).column) }));
  const ids = idsIn(batch);
  const at = (row: number): SizedRow => {
    const id = ids[row];
    const named = id === undefined ? {} : { id };
    const values: Record<string, unknown> = { ...named };
    let bytes = ROW_BYTES;
    for (const { name, read } of columns) {
      const value = read(row);
      if (value !== null) values[name] = value;
      bytes += bytesOf(value);
    }
    if (bytes > mostBytes) return { row: { ...named, error: tooLarge(bytes, mostBytes) }, bytes: ROW_BYTES };
    return { row: { ...named, fields: values }, bytes };
  };
  return { count: batch.numRows, at };
}

function valuesOf(name: string, column: Vector): ReadValue {
  const [data] = column.data;
  if (isText(column.type)) return textAt(data!);
  if ((DataType.isList(column.type) || DataType.isLargeList(column.type)) && isText(column.type.valueType as DataType)) return textsAt(data!);
  throw new ArrowColumnError(name, `expected texts (utf8) or lists of them, got ${column.type}`);
}

function textsAt(data: Data): ReadValue {
  const read = textAt(data.children[0]!);
  return (row) => {
    if (!data.getValid(row)) return null;
    const start = Number(data.valueOffsets[row]);
    return Array.from({ length: Number(data.valueOffsets[row + 1]) - start }, (_, index) => read(start + index));
  };
}

function idsIn(batch: Table): readonly (RowId | undefined)[] {
  return batch.schema.fields.some(({ name }) => name === ID) ? [...plainIds(idsOf(batch, ID))] : [];
}

function bytesOf(value: ReturnType<ReadValue>): number {
  if (value === null) return 0;
  return typeof value === 'string' ? Buffer.byteLength(value) : value.reduce((sum, text) => sum + ROW_BYTES + bytesOf(text), 0);
}

function tooLarge(bytes: number, most: number) {
  return { code: 'ARROW.ROW_TOO_LARGE', message: `the row has ${bytes} bytes, at most ${most} are read` };
}
