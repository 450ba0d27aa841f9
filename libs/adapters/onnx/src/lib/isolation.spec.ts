import { LoadFailedError, type Tensor } from '@cortex/inference';
import { identityGraph, lookupGraph, mlpGraph } from '../testing';
import { RuntimesUnderTest, given } from '../testing/runtimes-under-test';

jest.setTimeout(60_000); // processes start slowly on a busy machine

let models: RuntimesUnderTest;
beforeAll(async () => {
  models = await RuntimesUnderTest.make();
});
afterEach(() => models.close());
afterAll(() => models[Symbol.asyncDispose]());

describe('an isolated artifact', () => {
  const isolation = 'process';

  it('runs in a process of its own, others stay where they are', async () => {
    const runtime = models.make({ inlineBelowMs: 1_000 });
    const [apart, beside] = [await runtime.open(await models.folder.add('apart', mlpGraph(), { isolation })), await runtime.open(await models.folder.add('beside', mlpGraph()))];
    expect([apart.placement, apart.parallelism, beside.placement]).toEqual(['process', 2, 'inline']);
    expect(apart.memoryBytes).toBeGreaterThan(0);
  });

  it('is measured there: the rest of the process beside the sessions is told', async () => {
    const artifact = await models.folder.add('mlp', mlpGraph());
    const runtime = models.make();
    expect((await runtime.measure({ ...artifact, isolation })).baseBytes).toBeGreaterThan(0);
    expect(await runtime.measure(artifact)).not.toHaveProperty('baseBytes');
  });

  it('cannot end or hold up the server when its file is hostile', async () => {
    const runtime = models.make({ processLoadMs: 1 });
    const opening = runtime.open(await models.folder.add('apart', mlpGraph(), { isolation }));
    await expect(opening).rejects.toThrow(LoadFailedError);
    await expect(opening).rejects.toThrow("the model's process was lost (SIGKILL) while loading it");
    await expect(runtime.open(await models.folder.add('beside', mlpGraph()))).resolves.toBeDefined();
  });

  it('carries long rows and megabytes of numbers, NaN included, to the bit', async () => {
    const runtime = models.make();
    const encoder = await runtime.open(await models.folder.add('encoder', lookupGraph(100, 8), { maxTokens: 256, vocabularySize: 100, isolation }));
    const rows = Array.from({ length: 32 }, (_, row) => ({ ids: Int32Array.from({ length: 256 }, (_unused, at) => (at * row) % 100) }));
    const { vectors } = await encoder.run({ kind: 'tokens', rows, head: { pooling: 'tokens', normalize: false } });
    expect(vectors.map(({ length }) => length)).toEqual(Array(32).fill(256 * 8));

    const mirror = await runtime.open(await models.folder.add('mirror', identityGraph('float64'), { isolation }));
    const data = Float64Array.from({ length: 1_000_003 }, (_, at) => (at % 7 === 0 ? NaN : -at / 3));
    const { outputs } = await mirror.run(given({ dtype: 'float64', shape: [1, data.length], data }));
    expect(Buffer.compare(bytesOf(outputs['y']!.data), bytesOf(data))).toBe(0);
  });
});

function bytesOf(data: Tensor['data']): Uint8Array {
  const { buffer, byteOffset, byteLength } = data as Float64Array;
  return new Uint8Array(buffer, byteOffset, byteLength);
}
