import { Field, FixedSizeList, Int32, List, RecordBatch, Schema, Table, tableFromArrays, tableToIPC, vectorFromArray } from 'apache-arrow';
import { arrayOf, DTYPES, sizeOf, type DType, type Tensor } from '@cortex/inference';
import fc from 'fast-check';
import { mutationsOf } from '../testing/mutations';
import { LIMITS, pyarrowStream } from '../testing/streams';
import { ArrowColumnError, ArrowFormatError, ArrowShapeError, ArrowTooLargeError } from './arrow.errors';
import { readTable } from './arrow-table';
import { readTensorTable, tensorStream } from './tensor-table';

const read = (bytes: Uint8Array, names?: readonly string[]) => Object.entries(readTensorTable(bytes, { names }, LIMITS).tensors);

describe('readTensorTable and tensorStream', () => {
  it('read what pyarrow writes, with the shapes of its tensors', () => {
    expect(read(pyarrowStream('tensors'))).toEqual([
      ['vector', { dtype: 'float32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
      ['cube', { dtype: 'int64', shape: [2, 2, 3], data: BigInt64Array.from({ length: 12 }, (_, index) => BigInt(index)) }],
      ['big', { dtype: 'int64', shape: [2], data: BigInt64Array.of(2n ** 60n, -1n) }],
      ['flag', { dtype: 'bool', shape: [2], data: Uint8Array.of(1, 0) }],
      ['word', { dtype: 'string', shape: [2], data: ['x', 'y'] }],
      ['half', { dtype: 'float16', shape: [2], data: Uint16Array.of(0x3e00, 0xc000) }],
    ]);
    expect(read(pyarrowStream('tensors'), ['big', 'flag']).map(([name]) => name)).toEqual(['big', 'flag']);
  });

  it('give every tensor back as it was', () => {
    const tensors = fc.tuple(fc.nat({ max: 20 }), fc.array(fc.tuple(fc.constantFrom(...DTYPES), fc.array(fc.nat({ max: 4 }), { maxLength: 3 })), { minLength: 1, maxLength: 4 }));
    fc.assert(fc.property(tensors, ([rows, columns]) => {
      const given = columns.map(([dtype, axes], index): [string, Tensor] => [`column ${index}`, tensor(dtype, [rows, ...axes], index)]);
      expect(read(tensorStream(given))).toEqual(given);
    }));
  });

  it('join the batches of a table', () => {
    const parts = [tensor('float32', [2, 3], 1), tensor('float32', [1, 3], 2)].map((one) => readTable(tensorStream([['x', one]]), LIMITS).batches[0]!);
    const [[, joined]] = read(tableToIPC(new Table(parts), 'stream')) as [[string, Tensor]];
    expect(joined).toEqual({ dtype: 'float32', shape: [3, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6, 2, 3, 4) });
  });

  it('keep the ids apart, where they are named or stand beside texts', () => {
    const table = tableToIPC(tableFromArrays({ id: Int32Array.of(7, 8), text: ['a', 'b'] }), 'stream');
    const { tensors, ids } = readTensorTable(table, {}, LIMITS);
    expect(Object.keys(tensors)).toEqual(['text']);
    const back = readTable(tensorStream([['x', tensor('int8', [2, 2], 1)]], { ids, metadata: { model: 'm' } }), LIMITS);
    expect(back.toArray().map((row) => [row?.['id'], Array.from(row?.['x'] as Iterable<number>)])).toEqual([[7, [1, 2]], [8, [3, 4]]]);
    expect(back.schema.metadata).toEqual(new Map([['model', 'm']]));

    const numbers = tableToIPC(tableFromArrays({ id: Int32Array.of(7), x: Float32Array.of(1) }), 'stream');
    expect(Object.keys(readTensorTable(numbers, {}, LIMITS).tensors)).toEqual(['id', 'x']);
    expect(Object.keys(readTensorTable(numbers, { id: 'id' }, LIMITS).tensors)).toEqual(['x']);
    expect(() => tensorStream([['x', tensor('int8', [3], 1)]], { ids })).toThrow(ArrowShapeError);
  });

  it('leave the body to go: what was read is a copy', () => {
    const body = pyarrowStream('tensors');
    const [[, { data }]] = read(body) as [[string, Tensor]];
    body.fill(0);
    expect(data).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
  });

  it.each([
    ['a null', tableFromArrays({ x: [1, null, 3] }), "column 'x': value 1 is null, a tensor has none"],
    ['lists of any size', new Table({ x: vectorFromArray([[1], [2, 3]], new List(new Field('item', new Int32()))) }), "column 'x': expected numbers, booleans or text, alone or in lists of fixed size, got List<Int32>"],
    ['a shape of another size', listed('{"shape":[3]}'), "column 'x': its metadata says the shape [3], its lists have 2 elements"],
    ['axes that are permuted', listed('{"shape":[1,2],"permutation":[1,0]}'), "column 'x': its axes are permuted; send it in row-major order"],
    ['metadata that is no shape', listed('{"shape":[2.5]}'), `column 'x': its metadata is "{\\"shape\\":[2.5]}", expected {"shape":[…]}`],
    ['metadata that is no JSON', listed('nonsense'), `column 'x': its metadata is "nonsense", expected {"shape":[…]}`],
  ])('refuse %s', (_what, table, message) => {
    expect(() => read(tableToIPC(table, 'stream'))).toThrow(message);
    expect(() => read(tableToIPC(table, 'stream'))).toThrow(ArrowColumnError);
  });

  it('refuse outputs that share no rows', () => {
    expect(() => tensorStream([['a', tensor('int8', [2], 1)], ['b', tensor('int8', [3], 1)]])).toThrow(new ArrowShapeError('b', 'its shape is [3], a table of 2 rows cannot hold it'));
    expect(() => tensorStream([['a', tensor('int8', [], 1)]])).toThrow(ArrowShapeError);
  });

  it('give tensors of whole rows or a typed error, whatever was done to a stream', () => {
    fc.assert(fc.property(mutationsOf([pyarrowStream('tensors'), pyarrowStream('utf8'), pyarrowStream('many-types')]), (bytes) => {
      try {
        for (const [, { shape, data }] of read(bytes)) expect(data.length).toBe(sizeOf(shape));
      } catch (error) {
        if (!(error instanceof ArrowFormatError || error instanceof ArrowTooLargeError || error instanceof ArrowColumnError)) throw error;
      }
    }), { numRuns: 3_000 });
  });
});

function tensor(dtype: DType, shape: readonly number[], first: number): Tensor {
  const length = sizeOf(shape);
  if (dtype === 'string') return { dtype, shape, data: Array.from({ length }, (_, index) => 'é'.repeat((first + index) % 5)) };
  const big = dtype === 'int64' || dtype === 'uint64';
  const values = Array.from({ length }, (_, index) => (dtype === 'bool' ? (first + index) % 2 : first + index));
  return { dtype, shape, data: Reflect.construct(arrayOf(dtype), [big ? values.map(BigInt) : values]) as Tensor['data'] };
}

/** Two rows of two numbers, and what the field says of their shape. */
function listed(metadata: string): Table {
  const type = new FixedSizeList(2, new Field('item', new Int32(), true));
  const table = new Table({ x: vectorFromArray([[1, 2], [3, 4]], type) });
  const field = new Field('x', type, true, new Map([['ARROW:extension:name', 'arrow.fixed_shape_tensor'], ['ARROW:extension:metadata', metadata]]));
  const schema = new Schema([field]);
  return new Table(table.batches.map(({ data }) => new RecordBatch(schema, data)));
}
