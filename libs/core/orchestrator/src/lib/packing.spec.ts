import type { Signature, TensorWork } from '@cortex/inference';
import fc from 'fast-check';
import { fromBatch, joinResults, toBatch, toPieces } from './packing';

const signature: Signature = {
  inputs: [{ name: 'x', dtype: 'float32', axes: ['n', 2] }],
  outputs: [{ name: 'y', dtype: 'float32', axes: ['n', 2] }],
};
const tensorWork = (rows: number): TensorWork => ({
  kind: 'tensors',
  inputs: { x: { dtype: 'float32', shape: [rows, 2], data: Float32Array.from({ length: rows * 2 }, (_, index) => index + rows * 100) } },
});

describe('packing', () => {
  it('gives each request back its own tensor rows, cut into slabs and joined in one batch', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 8 }), (counts, maxBatchRows) => {
        const requests = counts.map(tensorWork);
        const pieces = requests.map((work) => toPieces(work, signature, { maxBatchRows, alone: false }));
        const all = pieces.flat();
        expect(all.every(({ rows }) => rows <= maxBatchRows)).toBe(true);
        const batch = toBatch(all) as TensorWork;
        const results = fromBatch(all, { kind: 'tensors', runMs: 1, outputs: { y: batch.inputs['x']! } });
        for (const [index, work] of requests.entries()) {
          const start = pieces.slice(0, index).flat().length;
          const joined = joinResults(work, results.slice(start, start + pieces[index]!.length));
          expect(joined).toEqual({ kind: 'tensors', outputs: { y: work.inputs['x'] } });
        }
      }),
    );
  });

  it('keeps apart what does not fit together', () => {
    const one = toPieces(tensorWork(1), signature, { maxBatchRows: 8, alone: false })[0]!;
    const wanting = toPieces({ ...tensorWork(1), outputs: ['y'] }, signature, { maxBatchRows: 8, alone: false })[0]!;
    expect(one.group).not.toBe(wanting.group);
    const [first, second] = [1, 2].map(() => toPieces(tensorWork(1), signature, { maxBatchRows: 8, alone: true })[0]!);
    expect(first!.group).not.toBe(second!.group);
  });

  it('never cuts what a graph with fixed axes takes', () => {
    const fixed: Signature = { inputs: [{ name: 'x', dtype: 'float32', axes: [20, 2] }], outputs: signature.outputs };
    expect(toPieces(tensorWork(20), fixed, { maxBatchRows: 8, alone: false })).toHaveLength(1);
  });
});
