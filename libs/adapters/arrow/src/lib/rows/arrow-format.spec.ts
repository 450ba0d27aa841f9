import { InputUnreadableError, type InputRow, type RowWindow } from '@cortex/batch-inference';
import { rowFormatContract } from '@cortex/batch-inference/testing';
import { Field, Int64, List, StructRow, Table, tableFromArrays, tableFromIPC, tableToIPC, Utf8, Vector, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import { mutationsOf } from '../../testing/mutations';
import { PYARROW_STREAMS, pyarrowStream, TEXTS } from '../../testing/streams';
import { END_OF_STREAM, MessageCutter } from '../ipc/ipc-message';
import { ArrowFormat, type ArrowFormatOptions } from './arrow-format';

interface Reading {
  readonly from?: RowWindow['next'];
  readonly rows?: number;
  readonly bytes?: number;
  readonly fields?: readonly string[];
  readonly size?: number;
  readonly options?: ArrowFormatOptions;
}

async function read(file: Uint8Array, { from, rows = 3, bytes = 10_000, fields = ['text'], size = 100, options }: Reading = {}): Promise<RowWindow[]> {
  const windows: RowWindow[] = [];
  const input = async function* (start: number) {
    for (let at = start; at < file.length; at += size) yield file.subarray(at, at + size);
  };
  for await (const window of new ArrowFormat(options).read(input, { from, rows, bytes, fields })) windows.push(window);
  return windows;
}
const rowsIn = async (file: Uint8Array, reading: Reading = {}): Promise<InputRow[]> => (await read(file, reading)).flatMap(({ rows }) => [...rows]);
const stream = (table: Table) => tableToIPC(table, 'stream');

describe('ArrowFormat', () => {
  rowFormatContract({
    format: new ArrowFormat(),
    encode: (rows) => stream(inBatches(rows, 9)),
    decode: (file) => tableFromIPC(file).toArray().map((row) => plain(row?.toJSON() ?? {})),
  });

  describe('read', () => {
    it.each(['utf8', 'large-utf8', 'utf8-view', 'dictionary', 'dictionary-deltas', 'dictionary-replaced', 'batches', 'many-types'])('goes on anywhere in what pyarrow writes as %s', async (name) => {
      const windows = await read(pyarrowStream(name), { rows: 1 });
      expect(windows.map(({ rows: [row] }) => row && 'fields' in row && row.fields['text'])).toEqual(TEXTS);
      for (const [index, { next }] of windows.entries()) expect(await read(pyarrowStream(name), { rows: 1, from: next })).toEqual(windows.slice(index + 1));
    });

    it('fills windows from several batches', async () => {
      const windows = await read(stream(inBatches(Array.from({ length: 10 }, (_, index) => ({ id: String(index), text: 'x' })), 2)), { rows: 4 });
      expect(windows.map(({ rows }) => rows.length)).toEqual([4, 4, 2]);
    });

    it('ends behind batches without rows', async () => {
      const [schema, , empty, last] = messagesOf(pyarrowStream('batches'));
      const [window, ...more] = await read(Buffer.concat([schema!, last!, empty!, empty!]), { rows: 100 });
      expect([window!.rows.length, more]).toEqual([3, []]);
      expect(window!.bytesRead).toBeGreaterThan(schema!.length + last!.length);
      expect(await read(Buffer.concat([schema!, last!, empty!, empty!]), { from: window!.next })).toEqual([]);
    });

    it('reads ids that are text or whole numbers, where there are any', async () => {
      const table = new Table({ id: vectorFromArray([7n, null, 2n ** 60n], new Int64()), text: vectorFromArray(['a', 'b', null], new Utf8()) });
      expect(await rowsIn(stream(table))).toEqual([{ id: 7, fields: { id: 7, text: 'a' } }, { fields: { text: 'b' } }, { id: '1152921504606846976', fields: { id: '1152921504606846976' } }]);
    });

    it('reads lists of texts', async () => {
      const lists = vectorFromArray([['a', 'b'], [], null, ['\ufeffc', null]], new List(new Field('item', new Utf8(), true)));
      const rows = await rowsIn(stream(new Table({ documents: lists })), { fields: ['documents'] });
      expect(rows).toEqual([{ fields: { documents: ['a', 'b'] } }, { fields: { documents: [] } }, { fields: {} }, { fields: { documents: ['\ufeffc', null] } }]);
    });

    it('gives a row that is too large as one with an error, and goes on behind it', async () => {
      const rows = await rowsIn(stream(tableFromArrays({ id: Int32Array.of(1, 2), text: ['x'.repeat(200), 'b'] })), { bytes: 100 });
      expect(rows).toEqual([{ id: 1, error: { code: 'ARROW.ROW_TOO_LARGE', message: 'the row has 216 bytes, at most 100 are read' } }, { id: 2, fields: { id: 2, text: 'b' } }]);
    });

    it.each<[string, Uint8Array, Reading, RegExp]>([
      ['a column that is not there', pyarrowStream('tensors'), {}, /column 'text': there is none/],
      ['a column of numbers', stream(tableFromArrays({ text: Int32Array.of(1) })), {}, /column 'text': expected texts \(utf8\) or lists of them, got Int32/],
      ['ids of another type', stream(tableFromArrays({ id: Float64Array.of(1), text: ['a'] })), {}, /column 'id': expected integers or text/],
      ['a file that is cut off', pyarrowStream('utf8').subarray(0, 300), {}, /it is cut off/],
      ['compression', pyarrowStream('refused-lz4'), {}, /compressed/],
      ['JSON lines', Buffer.from('{"text":"a"}\n'), {}, /it does not begin as a message of an Arrow stream does/],
      ['nothing at all', new Uint8Array(0), {}, /it ends before its schema/],
      ['a batch that is too large', stream(tableFromArrays({ text: ['x'.repeat(2_000)] })), { options: { maxMessageBytes: 1_000 } }, /it has \d+ bytes, the limit is 1000/],
    ])('refuses %s', async (_what, file, reading, reason) => {
      await expect(read(file, reading)).rejects.toThrow(InputUnreadableError);
      await expect(read(file, reading)).rejects.toThrow(reason);
    });

    it('keeps one batch in memory, however long the file is', async () => {
      const [schema, batch] = messagesOf(stream(new Table({ text: vectorFromArray(Array.from({ length: 64 }, () => 'x'.repeat(1_000)), new Utf8()) })));
      const endless = async function* () {
        yield schema!;
        for (let count = 0; count < 2_000; count += 1) yield Buffer.from(batch!);
        yield END_OF_STREAM;
      };
      const before = process.memoryUsage().arrayBuffers;
      let rows = 0;
      for await (const window of new ArrowFormat().read(endless, { rows: 64, bytes: 1_000_000, fields: ['text'] })) rows += window.rows.length;
      expect(rows).toBe(128_000);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60_000_000);
    });

    it('gives rows or says that the input is unreadable, whatever was done to it', async () => {
      await fc.assert(fc.asyncProperty(mutationsOf(PYARROW_STREAMS.map(pyarrowStream)), async (file) => {
        try {
          await read(file, { rows: 2 });
        } catch (error) {
          if (!(error instanceof InputUnreadableError)) throw error;
        }
      }), { numRuns: 1_000 });
    });
  });

  describe('write and join', () => {
    it('names the places of a vector in the metadata of its column', async () => {
      const columns = [{ name: 'scores', type: 'vector', width: 2, labels: ['no', 'yes'] }] as const;
      const format = new ArrowFormat();
      const table = tableFromIPC(await joined(format, [format.write([{ id: 7, values: [Float32Array.of(0.25, 0.75)] }], columns), format.write([], columns)], columns));
      expect(table.schema.fields.map(({ name, type }) => `${name}: ${type}`)).toEqual(['id: Utf8', 'scores: FixedSizeList[2]<Float32>', 'error: Struct<{code:Utf8, message:Utf8}>']);
      expect(table.schema.fields[1]!.metadata.get('labels')).toBe('["no","yes"]');
      expect(table.toArray().map((row) => plain(row?.toJSON() ?? {}))).toEqual([{ id: '7', scores: [0.25, 0.75], error: null }]);
    });
  });
});

async function joined(format: ArrowFormat, parts: readonly Uint8Array[], columns: Parameters<ArrowFormat['join']>[1]): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const series = (async function* () {
    for (const part of parts) yield (async function* () { yield part; })();
  })();
  for await (const chunk of format.join(series, columns)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function messagesOf(bytes: Uint8Array): Uint8Array[] {
  return Array.from(new MessageCutter(bytes.length).cut(bytes), (message) => message.bytes);
}

function inBatches(rows: readonly { readonly id: string; readonly text: string }[], size: number): Table {
  const column = (name: 'id' | 'text', part: typeof rows) => vectorFromArray(part.map((row) => row[name]), new Utf8());
  const parts = Array.from({ length: Math.max(1, Math.ceil(rows.length / size)) }, (_, index) => rows.slice(index * size, (index + 1) * size));
  const [first, ...others] = parts.map((part) => new Table({ id: column('id', part), text: column('text', part) }));
  return first!.concat(...others);
}

/** A row as it would be written in JSON. */
function plain(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => {
    if (value instanceof Vector) return [name, Array.from(value)];
    return [name, value instanceof StructRow ? { ...value.toJSON() } : value];
  }));
}
