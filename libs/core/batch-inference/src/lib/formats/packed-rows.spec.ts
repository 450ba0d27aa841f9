import fc from 'fast-check';
import { buffersOf, packed, unpacked } from './packed-rows';
import type { Column, OutputRow } from './row-format.port';

const COLUMNS: readonly Column[] = [{ name: 'label', type: 'text' }, { name: 'embedding', type: 'vector', width: 2 }, { name: 'scores', type: 'numbers' }];

const vector = (length: number) => fc.float32Array({ minLength: length, maxLength: length, noNaN: true });
const row = fc.record({ id: fc.option(fc.oneof(fc.string(), fc.integer()), { nil: undefined }), outcome: fc.oneof(
  fc.record({ error: fc.record({ code: fc.string(), message: fc.string() }) }),
  fc.tuple(fc.string(), vector(2), fc.float32Array({ maxLength: 5, noNaN: true })).map((values) => ({ values })),
) }).map(({ id, outcome }): OutputRow => (id === undefined ? outcome : { id, ...outcome }));

describe('packed', () => {
  it('gives back the rows that were packed, after they went to a thread', () => {
    fc.assert(fc.property(fc.array(row), (rows) => {
      const there = packed(rows, COLUMNS);
      expect(unpacked(structuredClone(there, { transfer: buffersOf(there) }))).toEqual(rows);
    }));
  });

  it('leaves the vectors where they are, which others may still read', () => {
    const embedding = Float32Array.of(1, 2);
    const there = packed([{ values: ['a', embedding, embedding.subarray(1)] }], COLUMNS);
    structuredClone(there, { transfer: buffersOf(there) });
    expect(embedding).toEqual(Float32Array.of(1, 2));
  });
});
