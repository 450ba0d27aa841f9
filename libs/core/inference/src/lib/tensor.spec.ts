import fc from 'fast-check';
import { concatRows, sizeOf, sliceRows, type Tensor } from './tensor';

const slabs = fc
  .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 })
  .chain((rows) => fc.tuple(...rows.map((count) => fc.array(fc.float(), { minLength: count * 3, maxLength: count * 3 }))))
  .map((parts) => parts.map((data): Tensor => ({ dtype: 'float32', shape: [data.length / 3, 3], data: Float32Array.from(data) })));

describe('concatRows and sliceRows', () => {
  it('give every slab back as it was', () => {
    fc.assert(
      fc.property(slabs, (parts) => {
        const joined = concatRows(parts);
        let row = 0;
        for (const part of parts) {
          expect(sliceRows(joined, row, row + part.shape[0]!)).toEqual(part);
          row += part.shape[0]!;
        }
        expect(joined.shape).toEqual([row, 3]);
      }),
    );
  });

  it('join strings and 64-bit integers', () => {
    const words = concatRows([{ dtype: 'string', shape: [1], data: ['a'] }, { dtype: 'string', shape: [2], data: ['b', 'c'] }]);
    expect(words).toEqual({ dtype: 'string', shape: [3], data: ['a', 'b', 'c'] });
    const big = concatRows([{ dtype: 'int64', shape: [1], data: BigInt64Array.of(2n ** 60n) }, { dtype: 'int64', shape: [1], data: BigInt64Array.of(-1n) }]);
    expect(big.data).toEqual(BigInt64Array.of(2n ** 60n, -1n));
  });

  it('count a scalar as one element', () => expect(sizeOf([])).toBe(1));
});
