import type { Head, Tensor } from '@cortex/inference';
import fc from 'fast-check';
import { GraphError } from './graph.errors';
import { readHead } from './head';

const WIDTH = 3;

/** The output of a graph for rows of these tokens, padded to `tokens` with what must not be read. */
function hidden(rows: readonly number[][], tokens: number): { output: Tensor; lengths: Int32Array } {
  const data = rows.flatMap((row) => [...row, ...Array<number>(tokens * WIDTH - row.length).fill(NaN)]);
  return {
    output: { dtype: 'float32', shape: [rows.length, tokens, WIDTH], data: Float32Array.from(data) },
    lengths: Int32Array.from(rows, (row) => row.length / WIDTH),
  };
}

function read(head: Partial<Head>, rows: readonly number[][], tokens = 4): number[] {
  const { output, lengths } = hidden(rows, tokens);
  return [...readHead({ pooling: 'mean', normalize: false, ...head }, output, lengths)];
}

const TWO = [1, 2, 3, 3, 4, 5];
const ONE = [6, 7, 8];

describe('readHead', () => {
  it('means over the tokens of each row and never over its padding', () => {
    expect(read({ pooling: 'mean' }, [TWO, ONE])).toEqual([2, 3, 4, 6, 7, 8]);
  });

  it('picks the first token, the last one, or all of them', () => {
    expect(read({ pooling: 'cls' }, [TWO, ONE])).toEqual([1, 2, 3, 6, 7, 8]);
    expect(read({ pooling: 'last' }, [TWO, ONE])).toEqual([3, 4, 5, 6, 7, 8]);
    expect(read({ pooling: 'tokens' }, [TWO, ONE])).toEqual([...TWO, ...ONE]);
  });

  it.each(['mean', 'cls', 'last'] as const)('gives a row without tokens the zero vector (%s)', (pooling) => {
    expect(read({ pooling, normalize: true }, [[], ONE]).slice(0, WIDTH)).toEqual([0, 0, 0]);
  });

  it('takes rows as they are where nothing is to be pooled', () => {
    const output: Tensor = { dtype: 'float32', shape: [2, 2], data: Float32Array.of(3, 4, 0, 0) };
    expect([...readHead({ pooling: 'none', normalize: true }, output, Int32Array.of(5, 1))]).toEqual([Math.fround(0.6), Math.fround(0.8), 0, 0]);
  });

  it('reads half and double precision', () => {
    const half: Tensor = { dtype: 'float16', shape: [1, 3], data: Uint16Array.of(0x3c00, 0xc100, 0x0001) };
    const double: Tensor = { dtype: 'float64', shape: [1, 1], data: Float64Array.of(0.1) };
    const none: Head = { pooling: 'none', normalize: false };
    expect([...readHead(none, half, Int32Array.of(1))]).toEqual([1, -2.5, 2 ** -24]);
    expect([...readHead(none, double, Int32Array.of(1))]).toEqual([Math.fround(0.1)]);
  });

  it('refuses an output that it cannot read', () => {
    const labels: Tensor = { dtype: 'int64', shape: [1, 1], data: BigInt64Array.of(1n) };
    const flat: Tensor = { dtype: 'float32', shape: [1, 2], data: new Float32Array(2) };
    expect(() => readHead({ pooling: 'none', normalize: false }, labels, Int32Array.of(1))).toThrow(GraphError);
    expect(() => readHead({ pooling: 'mean', normalize: false }, flat, Int32Array.of(1))).toThrow('[rows, tokens, width]');
  });

  it('gives a row the same bits alone and in any batch', () => {
    const row = fc.array(fc.array(fc.float({ noNaN: true, min: -100, max: 100 }), { minLength: WIDTH, maxLength: WIDTH }), { maxLength: 9 }).map((tokens) => tokens.flat());
    const pooling = fc.constantFrom('mean', 'cls', 'last', 'tokens' as const);
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), pooling, fc.integer({ min: 9, max: 20 }), (rows, how, tokens) => {
        const head = { pooling: how, normalize: true } as const;
        expect(read(head, rows, tokens)).toEqual(rows.flatMap((one) => read(head, [one], Math.max(1, one.length / WIDTH))));
      }),
    );
  });
});
