import type { Column, ColumnValue, OutputRow } from '@cortex/batch-inference';
import { joinFloats } from '@cortex/inference';
import { assertNever } from '@cortex/kernel';
import { Field, FixedSizeList, Float32, Float64, List, makeData, RecordBatch, Schema, Struct, Table, Utf8, type Data } from 'apache-arrow';
import { messagesOf } from '../ipc/table-messages';
import { offsetsOf, utf8Of, validity } from '../plain-values';

const text = (name: string) => new Field(name, new Utf8(), true);
const item = new Field('item', new Float32(), true);
const errorType = new Struct<{ code: Utf8; message: Utf8 }>([text('code'), text('message')]);

/** `id`, the columns, and `error`; a row has either values or an error. */
export function answerSchema(columns: readonly Column[]): Schema {
  return new Schema([text('id'), ...columns.map(fieldOf), new Field('error', errorType, true)]);
}

/** The message that begins a file of such answers. */
export function schemaMessage(columns: readonly Column[]): Uint8Array {
  return messagesOf(new Table(answerSchema(columns)))[0]!;
}

/** The message that is these rows; nothing where there are none. */
export function batchMessage(rows: readonly OutputRow[], columns: readonly Column[]): Uint8Array {
  if (rows.length === 0) return new Uint8Array(0);
  const schema = answerSchema(columns);
  const children = [
    utf8Of(rows.map(({ id }) => (id === undefined ? null : String(id)))),
    ...columns.map((column, index) => dataOf(column, rows.map((row) => ('values' in row ? row.values[index]! : null)))),
    errorsOf(rows),
  ];
  const data = makeData({ type: new Struct(schema.fields), length: rows.length, nullCount: 0, children });
  return messagesOf(new Table(schema, [new RecordBatch(schema, data)]))[1]!;
}

function fieldOf(column: Column): Field {
  switch (column.type) {
    case 'text': case 'json': return text(column.name);
    case 'number': return new Field(column.name, new Float64(), true);
    case 'numbers': return new Field(column.name, new List(item), true);
    case 'vector': return new Field(column.name, new FixedSizeList(column.width, item), true, labelsOf(column));
    default: return assertNever(column);
  }
}

/** What the places of a vector are called, as JSON. */
function labelsOf({ labels }: Column & { type: 'vector' }): Map<string, string> {
  return new Map(labels ? [['labels', JSON.stringify(labels)]] : []);
}

type Values = readonly (ColumnValue | null)[];

function dataOf(column: Column, values: Values): Data {
  switch (column.type) {
    case 'text': case 'json': return utf8Of(values as readonly (string | null)[]);
    case 'number': return makeData({ type: new Float64(), ...validity(values), data: Float64Array.from(values, Number) });
    case 'numbers': return listsOf(values as readonly (Float32Array | null)[]);
    case 'vector': return vectorsOf(values as readonly (Float32Array | null)[], column.width);
    default: return assertNever(column);
  }
}

function listsOf(lists: readonly (Float32Array | null)[]): Data<List<Float32>> {
  const parts = lists.map((list) => list ?? new Float32Array(0));
  return makeData({ type: new List(item), ...validity(lists), valueOffsets: offsetsOf(parts), child: floats(joinFloats(parts)) });
}

function vectorsOf(vectors: readonly (Float32Array | null)[], width: number): Data<FixedSizeList<Float32>> {
  const values = joinFloats(vectors.map((vector) => vector ?? new Float32Array(width)));
  return makeData({ type: new FixedSizeList(width, item), ...validity(vectors), child: floats(values) });
}

function errorsOf(rows: readonly OutputRow[]): Data {
  const errors = rows.map((row) => ('error' in row ? row.error : null));
  const children = [utf8Of(errors.map((error) => error && error.code)), utf8Of(errors.map((error) => error && error.message))];
  return makeData({ type: errorType, ...validity(errors), children });
}

function floats(values: Float32Array): Data<Float32> {
  return makeData({ type: new Float32(), length: values.length, nullCount: 0, data: values });
}
