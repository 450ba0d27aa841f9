import { ArrowFormatError } from '../arrow.errors';
import { FlatBuffer, type FlatTable } from './flat-buffer';

/** A root table at byte 12, whose one field (slot 0) is `field`; then whatever `words` say. */
function buffer(field: number, ...words: readonly number[]): FlatBuffer {
  const vtable = (6 << 0) | (8 << 16); // its bytes, the table's bytes
  const bytes = Buffer.from(Int32Array.of(12, vtable, 4, 8, field, ...words).buffer);
  return new FlatBuffer(bytes, 'it');
}

const read = (field: number, ...words: readonly number[]): FlatTable => buffer(field, ...words).root();

describe('FlatTable', () => {
  it('reads fields, vectors and strings where they are', () => {
    expect(read(7).int32(0)).toBe(7);
    expect(read(7).int32(1, 42)).toBe(42);
    expect(read(4, 3, 0x00636261).string(0)).toBe('abc');
    expect(read(4, 1, 5, 0, 6, 0).pairs(0)).toEqual([[5, 6]]);
    expect(read(7).tables(1)).toEqual([]);
  });

  it.each([
    ['a root outside', () => new FlatBuffer(Buffer.from(Int32Array.of(1_000).buffer), 'it').root()],
    ['nothing at all', () => new FlatBuffer(new Uint8Array(0), 'it').root()],
    ['a vector outside', () => read(5_000).pairs(0)],
    ['a vector longer than the rest', () => read(4, 2, 5, 0, 6, 0).pairs(0)],
    ['a vector of four thousand million', () => read(4, -1, 5).sizes(0)],
    ['a string longer than the rest', () => read(4, 5, 0).string(0)],
    ['a negative size', () => read(4, 1, -1, -1).sizes(0)],
    ['a size beyond 2^53', () => read(4, 1, 0, 0x7fffffff).sizes(0)],
    ['a field wider than its table', () => read(7).size(0)],
  ])('refuses %s', (_what, readIt) => {
    expect(readIt).toThrow(ArrowFormatError);
  });

  it('refuses parts that refer to one another again and again', () => {
    // A vector of a hundred offsets, each to the root table: every level is a hundred times the one below.
    const count = 100;
    const backToRoot = Array.from({ length: count }, (_, index) => 12 - (24 + index * 4));
    const explode = (table: FlatTable, depth: number): number => (depth === 0 ? 1 : table.tables(0).reduce((sum, child) => sum + explode(child, depth - 1), 0));
    expect(() => explode(read(4, count, ...backToRoot.map((offset) => offset >>> 0)), 8)).toThrow(ArrowFormatError);
  });
});
