import { Dictionary, Int32, Table, tableFromArrays, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import { mutationsOf } from '../testing/mutations';
import { LIMITS, PYARROW_STREAMS, pyarrowStream, TEXTS } from '../testing/streams';
import { ArrowColumnError, ArrowFormatError, ArrowTooLargeError } from './arrow.errors';
import { readTextTable } from './text-table';

const read = (name: string, columns = {}) => readTextTable(pyarrowStream(name), columns, LIMITS);
const stream = (table: Table) => tableToIPC(table, 'stream');

describe('readTextTable', () => {
  it.each(['utf8', 'large-utf8', 'utf8-view', 'dictionary', 'dictionary-int8', 'dictionary-deltas', 'dictionary-replaced', 'sliced', 'batches', 'many-types'])('reads the texts of %s, marks and all', (name) => {
    expect(read(name).texts).toEqual(TEXTS);
  });

  it('reads any text that JavaScript writes', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (texts) => {
      expect(readTextTable(stream(tableFromArrays({ text: texts })), {}, LIMITS).texts).toEqual(texts);
      const text = vectorFromArray(texts, new Dictionary(new Utf8(), new Int32()));
      expect(readTextTable(stream(new Table({ text })), {}, LIMITS).texts).toEqual(texts);
    }));
  });

  it.each(['schema-only', 'no-rows'])('reads no text from %s', (name) => expect(read(name)).toEqual({ texts: [], ids: undefined }));

  it('passes ids on, with what is null among them', () => {
    expect(Array.from(read('batches').ids!)).toEqual(['a', 'b', 'c', null, 'e']);
    expect(Array.from(read('sliced').ids!)).toEqual([3n, 4n, 5n, 6n, 7n]);
    expect(read('utf8').ids).toBeUndefined();
  });

  it('reads the columns that are named', () => {
    const table = stream(tableFromArrays({ body: ['one'], key: Int32Array.of(7), id: ['not this'] }));
    const { texts, ids } = readTextTable(table, { text: 'body', id: 'key' }, LIMITS);
    expect([texts, Array.from(ids!)]).toEqual([['one'], [7]]);
  });

  it.each([
    ['null-text', {}, "column 'text': row 1 is null"],
    ['tensors', {}, "column 'text': there is none, the columns are: vector, cube, big, flag, word, half"],
    ['tensors', { text: 'vector' }, "column 'vector': expected text (utf8), got FixedSizeList[3]<Float32>"],
    ['utf8', { id: 'key' }, "column 'key': there is none, the columns are: text"],
    ['many-types', { id: 'list' }, "column 'list': expected integers or text (utf8) as ids, got List<Int64>"],
  ])('refuses %s read as %j', (name, columns, message) => {
    expect(() => read(name, columns)).toThrow(message);
    expect(() => read(name, columns)).toThrow(ArrowColumnError);
  });

  it('refuses two columns of the same name', () => {
    const table = tableFromArrays({ text: ['a'], texT: ['b'] });
    const doubled = Buffer.from(stream(table)).toString('latin1').replace('texT', 'text');
    expect(() => readTextTable(Buffer.from(doubled, 'latin1'), {}, LIMITS)).toThrow("column 'text': more than one column is called so");
  });

  it('counts the characters of an entry as often as rows name it', () => {
    const text = vectorFromArray(Array.from({ length: 200 }, () => 'x'.repeat(10_000)), new Dictionary(new Utf8(), new Int32()));
    const bomb = stream(new Table({ text }));
    expect(bomb.length).toBeLessThan(20_000);
    expect(() => readTextTable(bomb, {}, LIMITS)).toThrow(new ArrowTooLargeError('characters of text', LIMITS.bytes));
  });

  it('gives as many texts as rows or a typed error, whatever was done to a stream', () => {
    fc.assert(fc.property(mutationsOf(PYARROW_STREAMS.map(pyarrowStream)), (bytes) => {
      try {
        const { texts, ids } = readTextTable(bytes, {}, LIMITS);
        if (ids) expect(ids.length).toBe(texts.length);
      } catch (error) {
        if (!(error instanceof ArrowFormatError || error instanceof ArrowTooLargeError || error instanceof ArrowColumnError)) throw error;
      }
    }), { numRuns: 3_000 });
  });
});
