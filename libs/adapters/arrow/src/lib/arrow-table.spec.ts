import { Dictionary, Field, Int32, makeData, makeVector, Null, RecordBatch, Schema, Struct, Table, tableFromArrays, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import { LIMITS, PYARROW_STREAMS, pyarrowStream, TEXTS } from '../testing/streams';
import { mutationsOf } from '../testing/mutations';
import { readTable } from './arrow-table';
import { ArrowFormatError, ArrowTooLargeError } from './arrow.errors';
import { END_OF_STREAM, MessageCutter, type IpcMessage } from './ipc/ipc-message';

const readable = PYARROW_STREAMS.filter((name) => !name.startsWith('refused'));

describe('readTable', () => {
  it.each(readable)("reads pyarrow's %s", (name) => {
    expect(() => readTable(pyarrowStream(name), LIMITS)).not.toThrow();
  });

  it.each([
    ['lz4', 'the Arrow message at byte 120: compressed bodies are not read here; write it without compression'],
    ['zstd', 'the Arrow message at byte 120: compressed bodies are not read here; write it without compression'],
    ['file', 'the Arrow message at byte 0: this is an Arrow file; send the stream format (in pyarrow: ipc.new_stream)'],
    ['legacy', 'the Arrow message at byte 0: it does not begin as a message of an Arrow stream does (ff ff ff ff)'],
    ['map', "the Arrow message at byte 0: column 'map' has the type Map, which is not read here"],
    ['union', "the Arrow message at byte 0: column 'union' has the type Union, which is not read here"],
    ['run-end', "the Arrow message at byte 0: column 'runs' has the type 22, which is not read here"],
  ])("says why it refuses pyarrow's %s", (name, message) => {
    expect(() => readTable(pyarrowStream(`refused-${name}`), LIMITS)).toThrow(new ArrowFormatError(...halvesOf(message)));
  });

  it('reads what Apache Arrow for JavaScript writes', () => {
    const rows = fc.array(fc.record({ text: fc.option(fc.string({ unit: 'grapheme' })), number: fc.double(), whole: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }), { minLength: 1, maxLength: 40 });
    fc.assert(fc.property(rows, (all) => {
      const columns = { text: vectorFromArray(all.map(({ text }) => text), new Dictionary(new Utf8(), new Int32())), number: makeVector(Float64Array.from(all, ({ number }) => number)), whole: makeVector(BigInt64Array.from(all, ({ whole }) => whole)) };
      const table = readTable(tableToIPC(new Table(columns), 'stream'), LIMITS);
      expect(table.toArray().map((row) => ({ ...row?.toJSON() }))).toEqual(all);
    }));
  });

  it('takes a stream without its end, but none that is cut within a message', () => {
    const stream = pyarrowStream('batches');
    const ends = boundariesOf(stream);
    for (let length = 0; length < stream.length; length += 1) {
      const read = () => readTable(stream.subarray(0, length), LIMITS);
      if (ends.includes(length)) expect(read).not.toThrow();
      else expect(read).toThrow(ArrowFormatError);
    }
  });

  it('refuses what follows the end', () => {
    expect(() => readTable(Buffer.concat([pyarrowStream('utf8'), Buffer.from('more')]), LIMITS)).toThrow(new ArrowFormatError('the Arrow stream', '4 bytes follow its end'));
    expect(() => readTable(END_OF_STREAM, LIMITS)).toThrow('it ends before its schema');
    expect(() => readTable(Buffer.alloc(0), LIMITS)).toThrow('it ends before its schema');
  });

  it('reads from wherever the bytes lie', () => {
    for (let shift = 0; shift < 8; shift += 1) {
      const stream = pyarrowStream('tensors');
      const shifted = new Uint8Array(stream.length + shift).subarray(shift);
      shifted.set(stream);
      expect(readTable(shifted, LIMITS).getChild('big')?.get(0)).toBe(2n ** 60n);
    }
  });

  it('counts rows, also those of columns without any bytes', () => {
    expect(() => readTable(pyarrowStream('batches'), { ...LIMITS, rows: 5 })).not.toThrow();
    expect(() => readTable(pyarrowStream('batches'), { ...LIMITS, rows: 4 })).toThrow(new ArrowTooLargeError('rows', 4));
    const rows = 2 ** 31 - 1;
    const schema = new Schema([new Field('nothing', new Null(), true)]);
    const batch = new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: rows, children: [makeData({ type: new Null(), length: rows })] }));
    expect(() => readTable(tableToIPC(new Table([batch]), 'stream'), LIMITS)).toThrow(ArrowTooLargeError);
  });

  it('counts batches that hold nothing', () => {
    const [schema, , empty] = messagesOf(pyarrowStream('batches')).map(({ bytes }) => bytes);
    const stream = (count: number) => Buffer.concat([schema!, ...Array.from({ length: count }, () => empty!)]);
    expect(() => readTable(stream(10_000), LIMITS)).not.toThrow();
    expect(() => readTable(stream(20_000), LIMITS)).toThrow(new ArrowTooLargeError('messages and fields of each', 50_000));
  });

  it('counts the bytes of dictionaries', () => {
    expect(() => readTable(pyarrowStream('dictionary-deltas'), { ...LIMITS, bytes: 100 })).toThrow(new ArrowTooLargeError('bytes of dictionaries', 100));
  });

  describe('of a body that lies', () => {
    const [, batch] = messagesOf(pyarrowStream('utf8'));
    const textOf = (body: Buffer) => body.indexOf('first');

    it('refuses offsets that go back or leave their data', () => {
      expect(() => readTable(withBody('utf8', 1, (body) => body.writeInt32LE(99, 4)), LIMITS)).toThrow("the Arrow message at byte 120, column 'text': the offset of row 2 is 5, after 99");
      expect(() => readTable(withBody('utf8', 1, (body) => body.writeInt32LE(-1, 0)), LIMITS)).toThrow('the offset of row 0 is -1, after 0');
      expect(() => readTable(withBody('utf8', 1, (body) => body.writeInt32LE(5_000, 20)), LIMITS)).toThrow(/a buffer has \d+ bytes, its rows take 5000/);
    });

    it('refuses text that is no UTF-8, by its row', () => {
      const at = textOf(Buffer.from(batch!.body));
      expect(() => readTable(withBody('utf8', 1, (body) => (body[at + 1] = 0xff)), LIMITS)).toThrow("column 'text': row 0 is not valid UTF-8");
      // The second byte of the first letter of row 3 begins row 3: the whole is UTF-8, its rows are not.
      expect(() => readTable(withBody('utf8', 1, (body) => body.writeInt32LE(body.readInt32LE(12) + 2, 12)), LIMITS)).toThrow("column 'text': row 2 is not valid UTF-8");
    });

    it('refuses entries that a dictionary does not have', () => {
      expect(() => readTable(withBody('dictionary', 2, (body) => body.writeInt32LE(5, 4)), LIMITS)).toThrow("column 'text': row 1 is entry 5 of a dictionary of 5");
      expect(() => readTable(withBody('dictionary', 2, (body) => body.writeInt32LE(-1, 4)), LIMITS)).toThrow('row 1 is entry -1 of a dictionary of 5');
    });

    it('refuses batches whose dictionary has not come', () => {
      const { bytes } = messagesOf(pyarrowStream('dictionary'))[2]!;
      const schema = messagesOf(pyarrowStream('dictionary'))[0]!.bytes;
      expect(() => readTable(Buffer.concat([schema, bytes]), LIMITS)).toThrow('its dictionary 0 has not come yet');
    });

    it('refuses views that leave their data', () => {
      expect(() => readTable(withBody('utf8-view', 1, (body) => body.writeInt32LE(100, 4 * 16)), LIMITS)).toThrow("column 'text': row 4 lies outside of its data");
      expect(() => readTable(withBody('utf8-view', 1, (body) => body.writeInt32LE(1, 4 * 16 + 8)), LIMITS)).toThrow("column 'text': row 4 lies outside of its data");
    });

    it('refuses nulls that are not there', () => {
      expect(() => readTable(withBody('null-text', 1, (body) => (body[0] = 0b111)), LIMITS)).toThrow("column 'text': it is said to have 1 nulls, it has 0");
    });
  });

  it('gives a table or a typed error, whatever was done to a stream', () => {
    const streams = PYARROW_STREAMS.map(pyarrowStream);
    fc.assert(fc.property(mutationsOf(streams), (bytes) => {
      try {
        for (const row of readTable(bytes, LIMITS)) row?.toJSON();
      } catch (error) {
        if (!(error instanceof ArrowFormatError || error instanceof ArrowTooLargeError)) throw error;
      }
    }), { numRuns: 5_000 });
  });

  it('forgets nothing of a table of many batches', () => {
    const tables = Array.from({ length: 50 }, (_, index) => tableFromArrays({ text: TEXTS, row: Int32Array.from(TEXTS, (_text, at) => index * TEXTS.length + at) }));
    const [first] = tables;
    const batches = tables.flatMap((table) => table.batches.map((one) => new RecordBatch(first!.schema, one.data)));
    expect(Array.from(readTable(tableToIPC(new Table(batches), 'stream'), LIMITS).getChild('row') ?? [])).toEqual(Array.from({ length: 250 }, (_, index) => index));
  });
});

function halvesOf(message: string): [string, string] {
  const at = message.indexOf(': ');
  return [message.slice(0, at), message.slice(at + 2)];
}

function messagesOf(stream: Uint8Array): IpcMessage[] {
  return Array.from(new MessageCutter(stream.length).cut(stream));
}

/** Behind each message. */
function boundariesOf(stream: Uint8Array): number[] {
  let end = 0;
  return messagesOf(stream).map(({ bytes }) => (end += bytes.length));
}

/** A stream in which the body of one message was changed. */
function withBody(name: string, index: number, change: (body: Buffer) => void): Buffer {
  const stream = Buffer.from(pyarrowStream(name));
  const { body } = messagesOf(stream)[index]!;
  change(Buffer.from(body.buffer, body.byteOffset, body.length));
  return stream;
}
