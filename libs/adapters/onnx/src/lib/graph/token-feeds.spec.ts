import type { DType } from '@cortex/inference';
import fc from 'fast-check';
import { pack, type PackedTokens } from './packed-work';
import { TokenFeeds } from './token-feeds';

const NAMES = ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'];
const feedsOf = (dtype: DType) => new TokenFeeds({ inputs: NAMES.map((name) => ({ name, dtype, axes: ['batch', 'tokens'] })), outputs: [] });
const packed = (rows: readonly number[][]) =>
  pack({
    kind: 'tokens',
    head: { pooling: 'mean', normalize: true },
    rows: rows.map((ids, index) => ({ ids: Int32Array.from(ids), ...(index % 2 === 1 && { typeIds: Int32Array.from(ids, (id) => id & 1) }) })),
  }) as PackedTokens;

/** What a tokenizer's padding would give, written plainly. */
function padded(rows: readonly number[][]): Record<string, number[]> {
  const width = Math.max(1, ...rows.map((row) => row.length));
  const lay = (value: (id: number, position: number, row: number) => number) =>
    rows.flatMap((row, index) => Array.from({ length: width }, (_, at) => (at < row.length ? value(row[at]!, at, index) : 0)));
  return {
    input_ids: lay((id) => id),
    attention_mask: lay(() => 1),
    token_type_ids: lay((id, _, row) => (row % 2 === 1 ? id & 1 : 0)),
    position_ids: lay((_, position) => position),
  };
}

describe('TokenFeeds', () => {
  describe('build', () => {
    it.each(['int64', 'int32'] as const)('pads every input as a tokenizer would, whatever was built before (%s)', (dtype) => {
      const feeds = feedsOf(dtype);
      const id = fc.oneof({ weight: 9, arbitrary: fc.nat(60_000) }, { weight: 1, arbitrary: fc.integer({ min: -5, max: -1 }) });
      fc.assert(
        fc.property(fc.array(fc.array(id, { maxLength: 12 }), { minLength: 1, maxLength: 6 }), (rows) => {
          const built = feeds.build(packed(rows));
          const expected = padded(rows);
          for (const name of NAMES) {
            expect(built[name]!.dims).toEqual([rows.length, expected[name]!.length / rows.length]);
            expect(Array.from(built[name]!.data as BigInt64Array, Number)).toEqual(expected[name]);
          }
        }),
      );
    });
  });

  it('builds the same again after its memory was let go', () => {
    const feeds = feedsOf('int32');
    const batch = packed([[5, 6], [7]]);
    const before = feeds.build(batch)['input_ids']!.data;
    feeds.release();
    expect(feeds.build(batch)['input_ids']!.data).toEqual(before);
  });
});
