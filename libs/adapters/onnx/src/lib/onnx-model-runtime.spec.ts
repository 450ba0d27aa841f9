import { RunFailedError, arrayOf, type DType, type Tensor, type TensorWork } from '@cortex/inference';
import { modelRuntimeContract } from '@cortex/inference/testing';
import { join } from 'node:path';
import { encoderGraph, identityGraph, mlpGraph, noise, ratioGraph } from '../testing';
import { RuntimesUnderTest, given } from '../testing/runtimes-under-test';
import { OnnxModelRuntime } from './onnx-model-runtime';

const PLACEMENTS = [['inline', { inlineBelowMs: 1_000 }], ['workers', { inlineBelowMs: 0 }], ['process', { placement: 'process' }]] as const;
const NUMERIC = ['bool', 'uint8', 'uint16', 'uint32', 'uint64', 'int8', 'int16', 'int32', 'int64', 'float16', 'float32', 'float64'] as const;

const floats = (shape: number[], ...data: number[]): Tensor => ({ dtype: 'float32', shape, data: Float32Array.from(data) });

jest.setTimeout(60_000); // processes start slowly on a busy machine

let models: RuntimesUnderTest;
beforeAll(async () => {
  models = await RuntimesUnderTest.make();
});
afterEach(() => models.close());
afterAll(() => models[Symbol.asyncDispose]());

describe.each(PLACEMENTS)('OnnxModelRuntime, %s', (placement, options) => {
  describe('as a ModelRuntime', () => {
    modelRuntimeContract(async () => ({
      runtime: new OnnxModelRuntime({ threads: 2, nice: 0, cacheDir: join(models.folder.path, `cache-${placement}`), ...options }),
      encoder: await models.folder.add('encoder', encoderGraph(), { maxTokens: 64, vocabularySize: 100 }),
      broken: await models.folder.add('broken', Buffer.from('not a graph')),
      refused: { kind: 'tokens', rows: [{ ids: Int32Array.of(100) }], head: { pooling: 'mean', normalize: true } },
    }));
  });

  describe('derive', () => {
    it('gives a graph that answers as the original does, and a row alone as in a batch', async () => {
      const runtime = models.make({ ...options, cacheDir: join(models.folder.path, `derived-${placement}`) });
      const encoder = await models.folder.add('original', encoderGraph(), { maxTokens: 64, vocabularySize: 100 });
      expect(await runtime.derivatives(encoder)).toEqual({ kept: [], missing: ['int8'] });
      const int8 = await runtime.derive(encoder, 'int8');
      const work = { kind: 'tokens', rows: [{ ids: Int32Array.of(7, 3, 9) }], head: { pooling: 'mean', normalize: true } } as const;
      const [exact, close] = await Promise.all([encoder, int8].map(async (artifact) => (await (await runtime.open(artifact)).run(work)).vectors[0]!));
      expect(close!.reduce((sum, value, at) => sum + value * exact![at]!, 0)).toBeGreaterThan(0.999);
      expect(await runtime.measure(int8)).toMatchObject({ batchInvariant: true });
    });

    it('refuses a variant that it cannot make', async () => {
      const encoder = await models.folder.add('original', encoderGraph(), { maxTokens: 64 });
      await expect(models.make(options).derive(encoder, 'int4')).rejects.toThrow('no variant int4 can be derived from it');
    });

    it('promises nothing, and makes nothing, where there is no place to keep it', async () => {
      const encoder = await models.folder.add('original', encoderGraph(), { maxTokens: 64 });
      expect(await models.make(options).derivatives(encoder)).toEqual({ kept: [], missing: [] });
      await expect(models.make(options).derive(encoder, 'int8')).rejects.toThrow('there is no cache folder');
    });

    it('finds in its next life what it derived', async () => {
      const cached = { ...options, cacheDir: join(models.folder.path, `kept-${placement}`) };
      const encoder = await models.folder.add('original', encoderGraph(), { maxTokens: 64, vocabularySize: 100 });
      const derived = await models.make(cached).derive(encoder, 'int8');
      expect(await models.make(cached).derivatives(encoder)).toEqual({ kept: [derived], missing: [] });
    });
  });

  describe('run', () => {
    const open = async (name: string, bytes: Uint8Array) => models.make(options).open(await models.folder.add(name, bytes));

    it(`runs ${placement}`, async () => {
      expect(await open('mlp', mlpGraph())).toMatchObject({ placement, parallelism: placement === 'inline' ? 1 : 2 });
    });

    it.each(NUMERIC)('carries %s through unchanged', async (dtype) => {
      const x = tensorOf(dtype);
      const session = await open(dtype, identityGraph(dtype));
      expect((await session.run(given(x))).outputs).toEqual({ y: x });
    });

    it('carries strings through unchanged', async () => {
      const x: Tensor = { dtype: 'string', shape: [1, 3], data: ['', 'naïve', '模型'] };
      const session = await open('string', identityGraph('string'));
      expect((await session.run(given(x))).outputs).toEqual({ y: x });
    });

    it('leaves the caller its tensors', async () => {
      const memory = Float32Array.from({ length: 100 }, (_, index) => index);
      const session = await open('float32', identityGraph('float32'));
      const { outputs } = await session.run(given({ dtype: 'float32', shape: [1, 2], data: memory.subarray(3, 5) }));
      expect(outputs).toEqual({ y: floats([1, 2], 3, 4) });
      expect(memory).toHaveLength(100);
    });

    it('gives NaN and infinities as they are', async () => {
      const session = await open('ratio', ratioGraph());
      expect((await session.run(given(floats([1, 2], 0, 4)))).outputs).toEqual({ y: floats([1, 2], NaN, 1) });
    });

    it.each([
      ['a wrong size', given(floats([1, 3], 1, 2, 3)), 'Got invalid dimensions'],
      ['a wrong type', given({ dtype: 'int32', shape: [1, 2], data: Int32Array.of(1, 2) }), 'Unexpected input data type'],
      ['a shape that is not its data', given(floats([9, 2], 1, 2)), 'does not match data length'],
      ['a missing input', { kind: 'tensors', inputs: {} } as TensorWork, "'x' is missing"],
      ['an unknown output', given(floats([1, 2], 1, 2), ['z']), 'invalid output name: z'],
    ])('says what is wrong with %s and goes on', async (_, work, reason) => {
      const session = await open('ratio', ratioGraph());
      await expect(session.run(work)).rejects.toThrow(RunFailedError);
      await expect(session.run(work)).rejects.toThrow(reason);
      await expect(session.run(given(floats([1, 2], 1, 1)))).resolves.toBeDefined();
    });

    it('refuses more batches than its parallelism, and any after closing', async () => {
      const session = await open('mlp', mlpGraph());
      const batches = Array.from({ length: session.parallelism + 1 }, () => session.run(given(noise(1, [1, 20]))));
      expect((await Promise.allSettled(batches)).map(({ status }) => status)).toEqual([...Array(session.parallelism).fill('fulfilled'), 'rejected']);
      await session.close();
      await expect(session.run(given(noise(1, [1, 20])))).rejects.toThrow('This is a bug');
    });
  });

  describe('close', () => {
    it('lets running batches finish', async () => {
      const runtime = models.make(options);
      const session = await runtime.open(await models.folder.add('mlp', mlpGraph()));
      const running = session.run(given(noise(1, [64, 20])));
      await runtime.close();
      expect((await running).outputs['y']?.shape).toEqual([64, 3]);
    });
  });
});

function tensorOf(dtype: Exclude<DType, 'string'>): Tensor {
  const data = new (arrayOf(dtype))(3);
  const bytes = new Uint8Array(data.buffer);
  if (dtype === 'bool') bytes.set([1, 0, 1]);
  else bytes.fill(0xff).fill(1, 0, data.BYTES_PER_ELEMENT); // the extremes of integers; NaN, and a number near zero
  return { dtype, shape: [1, 3], data };
}
