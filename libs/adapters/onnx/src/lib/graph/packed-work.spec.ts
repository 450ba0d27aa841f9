import type { TokenWork } from '@cortex/inference';
import { buffersOf, detached, pack, unpack } from './packed-work';

const rows = [Int32Array.of(1, 2, 3), Int32Array.of(4)].map((ids) => ({ ids }));
const work = (pooling: 'mean' | 'tokens'): TokenWork => ({ kind: 'tokens', rows, head: { pooling, normalize: false } });

describe('pack', () => {
  it('lays the rows end to end', () => {
    expect(pack(work('mean'))).toMatchObject({ ids: Int32Array.of(1, 2, 3, 4), lengths: Int32Array.of(3, 1) });
  });
});

describe('unpack', () => {
  it('gives each row its vector', () => {
    const output = unpack(work('mean'), { kind: 'tokens', values: Float32Array.of(1, 2, 3, 4), runMs: 1 });
    expect(output).toMatchObject({ vectors: [Float32Array.of(1, 2), Float32Array.of(3, 4)] });
  });

  it('gives each row a vector for every token where tokens are asked for', () => {
    const output = unpack(work('tokens'), { kind: 'tokens', values: Float32Array.of(1, 1, 2, 2, 3, 3, 4, 4), runMs: 1 });
    expect(output).toMatchObject({ vectors: [Float32Array.of(1, 1, 2, 2, 3, 3), Float32Array.of(4, 4)] });
  });
});

describe('detached', () => {
  it('copies only what a tensor shows of its memory, so that the caller keeps all of it', () => {
    const memory = new Float32Array(1_000);
    const sent = detached({ kind: 'tensors', inputs: { x: { dtype: 'float32', shape: [2], data: memory.subarray(10, 12) } } });
    expect(buffersOf(sent).map(({ byteLength }) => byteLength)).toEqual([8]);
    expect(buffersOf(sent)[0]).not.toBe(memory.buffer);
  });
});
