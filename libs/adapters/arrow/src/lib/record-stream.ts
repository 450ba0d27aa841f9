import { Field, makeData, RecordBatch, Schema, Struct, Table, type Data } from 'apache-arrow';
import { END_OF_STREAM } from './ipc/ipc-message';
import { messagesOf } from './ipc/table-messages';
import { columnData, fieldOf, type RecordType } from './record-types';
import type { Beside } from './table-stream';

/** Records as an IPC stream that is written batch by batch, so that it may be of any length: `begin`, `batch` as often as there are some, `end`. */
export class RecordStream {
  readonly #schema: Schema;
  /** Records written. */
  #written = 0;

  /** `ids` name the records in their order, as a first column `id` of the type that they came in. */
  constructor(
    private readonly columns: Readonly<Record<string, RecordType>>,
    private readonly beside: Beside = {},
  ) {
    const { ids, metadata = {} } = beside;
    const fields = Object.entries(columns).map(([name, type]) => fieldOf(name, type));
    this.#schema = new Schema(ids ? [new Field('id', ids.type, true), ...fields] : fields, new Map(Object.entries(metadata)));
  }

  begin(): Uint8Array {
    return messagesOf(new Table(this.#schema))[0]!;
  }

  batch(records: readonly Readonly<Record<string, unknown>>[]): Uint8Array {
    if (records.length === 0) return new Uint8Array(0);
    const batches = this.#parts(records).map(({ ids, records: some }) => this.#batchOf(ids, some));
    this.#written += records.length;
    return Buffer.concat(messagesOf(new Table(this.#schema, batches)).slice(1));
  }

  end(): Uint8Array {
    return END_OF_STREAM;
  }

  /** Ids stay in the batches they came in. */
  #parts(records: readonly Readonly<Record<string, unknown>>[]): readonly RecordPart[] {
    const { ids } = this.beside;
    if (!ids) return [{ records }];
    const parts: RecordPart[] = [];
    let start = 0;
    for (const part of ids.slice(this.#written, this.#written + records.length).data) {
      parts.push({ ids: part, records: records.slice(start, start + part.length) });
      start += part.length;
    }
    return parts;
  }

  #batchOf(ids: Data | undefined, records: RecordPart['records']): RecordBatch {
    const values = Object.entries(this.columns).map(([name, type]) => columnData(type, records.map((record) => record[name])));
    return new RecordBatch(this.#schema, makeData({ type: new Struct(this.#schema.fields), length: records.length, nullCount: 0, children: ids ? [ids, ...values] : values }));
  }
}

interface RecordPart {
  readonly ids?: Data;
  readonly records: readonly Readonly<Record<string, unknown>>[];
}
