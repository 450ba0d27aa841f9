import type { TensorMap, Work } from '@cortex/inference';
import { demandOf } from './demand';

const costModel = { c0: 1, c1: 0.1, c2: 0.001 };
const rows = (...lengths: number[]): Work => ({ kind: 'tokens', rows: lengths.map((length) => ({ ids: new Int32Array(length) })), head: { pooling: 'mean', normalize: true } });
const tensors = (inputs: Record<string, readonly number[]>): Work => ({
  kind: 'tensors',
  inputs: Object.fromEntries(Object.entries(inputs).map(([name, shape]) => [name, { shape }])) as unknown as TensorMap,
});

describe('demandOf', () => {
  it('counts the tokens of all rows, without padding', () => {
    expect(demandOf(rows(3, 7), costModel).tokens).toBe(10);
  });

  it('counts those of a tensor as it is padded, and none where there are none', () => {
    expect(demandOf(tensors({ input_ids: [2, 8] }), costModel).tokens).toBe(16);
    expect(demandOf(tensors({ image: [2, 3, 8, 8] }), costModel).tokens).toBe(0);
  });

  it('grows with the length of a row faster than its tokens do', () => {
    expect(demandOf(rows(200), costModel).cpuMs).toBeGreaterThan(demandOf(rows(100, 100), costModel).cpuMs);
  });
});
