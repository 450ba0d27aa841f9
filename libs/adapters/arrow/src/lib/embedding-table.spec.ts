import { DataType } from 'apache-arrow';
import { LIMITS, pyarrowStream } from '../testing/streams';
import { readTable } from './arrow-table';
import { embeddingStream } from './embedding-table';
import { readTextTable } from './text-table';

describe('embeddingStream', () => {
  const vectors = [Float32Array.of(1, -0, 1e-40), Float32Array.of(NaN, Infinity, 3), Float32Array.of(4, 5, 6), Float32Array.of(7, 8, 9), Float32Array.of(0.1, 1 / 3, 2)];

  it('holds the bits of every vector in lists of fixed size', () => {
    const column = readTable(embeddingStream(vectors), LIMITS).getChild('embedding')!;
    expect(DataType.isFixedSizeList(column.type) && [column.type.listSize, String(column.type.valueType)]).toEqual([3, 'Float32']);
    expect(Array.from(column, (row) => Array.from(row as Iterable<number>))).toEqual(vectors.map((vector) => Array.from(vector)));
  });

  it.each(['batches', 'sliced'])('puts the ids of %s beside them, in however many batches they came', (name) => {
    const { ids } = readTextTable(pyarrowStream(name), {}, LIMITS);
    const table = readTable(embeddingStream(vectors, { ids }), LIMITS);
    expect(table.schema.fields.map((field) => field.name)).toEqual(['id', 'embedding']);
    expect(Array.from(table.getChild('id')!)).toEqual(Array.from(ids!));
    expect(Array.from(table.getChild('embedding')!, (row) => Array.from(row as Iterable<number>))).toEqual(vectors.map((vector) => Array.from(vector)));
  });
});
