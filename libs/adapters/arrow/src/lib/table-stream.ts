import { Field, makeData, RecordBatch, Schema, Struct, Table, tableToIPC, type Data, type Vector } from 'apache-arrow';

/** A column whose values lie where they are. */
export interface OutputColumn {
  readonly field: Field;
  readonly data: Data;
}

/** What goes out beside the columns. */
export interface Beside {
  /** What rows are called, as it came in; a first column `id`. */
  readonly ids?: Vector;
  /** Of the schema. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Columns of so many rows as an IPC stream. Ids stay in the batches they came in. */
export function tableStream(columns: readonly OutputColumn[], rows: number, { ids, metadata = {} }: Beside): Uint8Array {
  const fields = columns.map(({ field }) => field);
  const schema = new Schema(ids ? [new Field('id', ids.type, true), ...fields] : fields, new Map(Object.entries(metadata)));
  let start = 0;
  const batches = (ids?.data ?? [undefined]).map((part) => {
    const length = part?.length ?? rows;
    const values = columns.map(({ data }) => data.slice(start, length));
    start += length;
    return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children: part ? [part, ...values] : values }));
  });
  return tableToIPC(new Table(schema, batches), 'stream');
}
