import { LoadFailedError, RunFailedError, arrayOf, type DType, type ModelArtifact, type Tensor, type TensorWork } from '@cortex/inference';
import { modelRuntimeContract } from '@cortex/inference/testing';
import { readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encoderGraph, identityGraph, lookupGraph, ModelFolder, mlpGraph, noise, onnxGraph, ratioGraph } from '../testing';
import { OnnxModelRuntime } from './onnx-model-runtime';
import type { OnnxOptions } from './onnx.options';

const PLACEMENTS = [['inline', { inlineBelowMs: 1_000 }], ['workers', { inlineBelowMs: 0 }], ['process', { placement: 'process' }]] as const;
const NUMERIC = ['bool', 'uint8', 'uint16', 'uint32', 'uint64', 'int8', 'int16', 'int32', 'int64', 'float16', 'float32', 'float64'] as const;

const floats = (shape: number[], ...data: number[]): Tensor => ({ dtype: 'float32', shape, data: Float32Array.from(data) });
const given = (x: Tensor, outputs?: string[]): TensorWork => ({ kind: 'tensors', inputs: { x }, ...(outputs && { outputs }) });

jest.setTimeout(60_000); // processes start slowly on a busy machine

let folder: ModelFolder;
const runtimes: OnnxModelRuntime[] = [];

function make(options: OnnxOptions = {}): OnnxModelRuntime {
  const runtime = new OnnxModelRuntime({ threads: 2, nice: 0, ...options });
  runtimes.push(runtime);
  return runtime;
}

beforeAll(async () => {
  folder = await ModelFolder.make();
});

afterEach(() => Promise.all(runtimes.splice(0).map((runtime) => runtime.close())));

afterAll(() => folder[Symbol.asyncDispose]());

describe.each(PLACEMENTS)('OnnxModelRuntime, %s', (placement, options) => {
  describe('as a ModelRuntime', () => {
    modelRuntimeContract(async () => ({
      runtime: new OnnxModelRuntime({ threads: 2, nice: 0, cacheDir: join(folder.path, `cache-${placement}`), ...options }),
      encoder: await folder.add('encoder', encoderGraph(), { maxTokens: 64, vocabularySize: 100 }),
      broken: await folder.add('broken', Buffer.from('not a graph')),
      refused: { kind: 'tokens', rows: [{ ids: Int32Array.of(100) }], head: { pooling: 'mean', normalize: true } },
    }));
  });

  describe('derive', () => {
    it('gives a graph that answers as the original does, and a row alone as in a batch', async () => {
      const runtime = make({ ...options, cacheDir: join(folder.path, `derived-${placement}`) });
      const encoder = await folder.add('original', encoderGraph(), { maxTokens: 64, vocabularySize: 100 });
      expect(await runtime.derivatives(encoder)).toEqual({ kept: [], missing: ['int8'] });
      const int8 = await runtime.derive(encoder, 'int8');
      const work = { kind: 'tokens', rows: [{ ids: Int32Array.of(7, 3, 9) }], head: { pooling: 'mean', normalize: true } } as const;
      const [exact, close] = await Promise.all([encoder, int8].map(async (artifact) => (await (await runtime.open(artifact)).run(work)).vectors[0]!));
      expect(close!.reduce((sum, value, at) => sum + value * exact![at]!, 0)).toBeGreaterThan(0.999);
      expect(await runtime.measure(int8)).toMatchObject({ batchInvariant: true });
    });

    it('refuses a variant that it cannot make', async () => {
      const encoder = await folder.add('original', encoderGraph(), { maxTokens: 64 });
      await expect(make(options).derive(encoder, 'int4')).rejects.toThrow('no variant int4 can be derived from it');
    });

    it('promises nothing, and makes nothing, where there is no place to keep it', async () => {
      const encoder = await folder.add('original', encoderGraph(), { maxTokens: 64 });
      expect(await make(options).derivatives(encoder)).toEqual({ kept: [], missing: [] });
      await expect(make(options).derive(encoder, 'int8')).rejects.toThrow('there is no cache folder');
    });

    it('finds in its next life what it derived', async () => {
      const cached = { ...options, cacheDir: join(folder.path, `kept-${placement}`) };
      const encoder = await folder.add('original', encoderGraph(), { maxTokens: 64, vocabularySize: 100 });
      const derived = await make(cached).derive(encoder, 'int8');
      expect(await make(cached).derivatives(encoder)).toEqual({ kept: [derived], missing: [] });
    });
  });

  describe('run', () => {
    const open = async (name: string, bytes: Uint8Array) => make(options).open(await folder.add(name, bytes));

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
      const runtime = make(options);
      const session = await runtime.open(await folder.add('mlp', mlpGraph()));
      const running = session.run(given(noise(1, [64, 20])));
      await runtime.close();
      expect((await running).outputs['y']?.shape).toEqual([64, 3]);
    });
  });
});

describe('OnnxModelRuntime', () => {
  describe('open', () => {
    it.each([
      ['an empty file', new Uint8Array(0), 'does not have a graph'],
      ['half of a file', mlpGraph().slice(0, 2_000), 'Protobuf parsing failed'],
      ['noise', Buffer.alloc(500, 0xf7), 'Protobuf parsing failed'],
      ['an operator that does not exist', unknownOperator(), 'NoSuchOperator'],
    ])('gives the reason why it cannot open %s, without the path', async (_, bytes, reason) => {
      const error = await make().open(await folder.add('bad', bytes)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(LoadFailedError);
      expect((error as LoadFailedError).message).toContain(reason);
      expect((error as LoadFailedError).message).not.toContain('/');
    });

    it('gives the reason when the file is not there', async () => {
      const artifact = await folder.add('gone', mlpGraph());
      await expect(make().open({ ...artifact, file: join(folder.path, 'nowhere.onnx') })).rejects.toThrow("File doesn't exist");
    });

    it('goes on with other models after one that failed', async () => {
      const runtime = make({ inlineBelowMs: 0 });
      await expect(runtime.open(await folder.add('bad', new Uint8Array(0)))).rejects.toThrow(LoadFailedError);
      const session = await runtime.open(await folder.add('mlp', mlpGraph()));
      await expect(session.run(given(noise(1, [2, 20])))).resolves.toBeDefined();
    });
  });

  describe('an isolated artifact', () => {
    const isolation = 'process';

    it('runs in a process of its own, others stay where they are', async () => {
      const runtime = make({ inlineBelowMs: 1_000 });
      const [apart, beside] = [await runtime.open(await folder.add('apart', mlpGraph(), { isolation })), await runtime.open(await folder.add('beside', mlpGraph()))];
      expect([apart.placement, apart.parallelism, beside.placement]).toEqual(['process', 2, 'inline']);
      expect(apart.memoryBytes).toBeGreaterThan(0);
    });

    it('is measured there: the rest of the process beside the sessions is told', async () => {
      const artifact = await folder.add('mlp', mlpGraph());
      const runtime = make();
      expect((await runtime.measure({ ...artifact, isolation })).baseBytes).toBeGreaterThan(0);
      expect(await runtime.measure(artifact)).not.toHaveProperty('baseBytes');
    });

    it('cannot end or hold up the server when its file is hostile', async () => {
      const runtime = make({ processLoadMs: 1 });
      const opening = runtime.open(await folder.add('apart', mlpGraph(), { isolation }));
      await expect(opening).rejects.toThrow(LoadFailedError);
      await expect(opening).rejects.toThrow("the model's process was lost (SIGKILL) while loading it");
      await expect(runtime.open(await folder.add('beside', mlpGraph()))).resolves.toBeDefined();
    });

    it('carries long rows and megabytes of numbers, NaN included, to the bit', async () => {
      const runtime = make();
      const encoder = await runtime.open(await folder.add('encoder', lookupGraph(100, 8), { maxTokens: 256, vocabularySize: 100, isolation }));
      const rows = Array.from({ length: 32 }, (_, row) => ({ ids: Int32Array.from({ length: 256 }, (_unused, at) => (at * row) % 100) }));
      const { vectors } = await encoder.run({ kind: 'tokens', rows, head: { pooling: 'tokens', normalize: false } });
      expect(vectors.map(({ length }) => length)).toEqual(Array(32).fill(256 * 8));

      const mirror = await runtime.open(await folder.add('mirror', identityGraph('float64'), { isolation }));
      const data = Float64Array.from({ length: 1_000_003 }, (_, at) => (at % 7 === 0 ? NaN : -at / 3));
      const { outputs } = await mirror.run(given({ dtype: 'float64', shape: [1, data.length], data }));
      expect(Buffer.compare(bytesOf(outputs['y']!.data), bytesOf(data))).toBe(0);
    });
  });

  describe('measure', () => {
    it('times tensor graphs by rows and finds that rows may share a batch', async () => {
      const profile = await make().measure(await folder.add('mlp', mlpGraph()));
      expect(profile.measurements.map(({ rows, length }) => [rows, length])).toEqual([[1, 1], [4, 1], [16, 1], [64, 1]]);
      expect(profile).toMatchObject({ batchInvariant: true });
      expect(profile.probe).toHaveLength(5 * 3);
    });

    it('finds a graph whose rows look at each other', async () => {
      expect(await make().measure(await folder.add('centred', centred()))).toMatchObject({ batchInvariant: false });
    });

    it('promises nothing of a graph that refuses random input', async () => {
      const profile = await make().measure(await folder.add('fixed', alwaysRefuses()));
      expect(profile).toMatchObject({ batchInvariant: false, measurements: [], probe: new Float32Array(0) });
    });

    it('holds the room that it was given until it has measured', async () => {
      const runtime = make({ threads: 1 });
      const events: string[] = [];
      const leave = async () => void events.push('room given back');
      const first = await folder.add('first', mlpGraph());
      const second = await folder.add('second', ratioGraph());
      await Promise.all([
        runtime.measure(first).then(() => events.push('first measured')), // the second waits for its thread
        runtime.measure(second, async () => ({ [Symbol.asyncDispose]: leave })).then(() => events.push('second measured')),
      ]);
      expect(events).toEqual(['first measured', 'room given back', 'second measured']);
    });

    it('keeps what it learnt for the next start', async () => {
      const artifact = await folder.add('mlp', mlpGraph());
      const cacheDir = join(folder.path, 'cache');
      const first = await make({ cacheDir }).measure(artifact);
      expect(await make({ cacheDir }).measure(artifact)).toEqual(first);
    });
  });

  describe('shared weights', () => {
    const head = { pooling: 'mean', normalize: true } as const;
    const work = { kind: 'tokens', rows: [{ ids: Int32Array.of(7, 9, 4_000) }], head } as const;
    const large = () => folder.add('large', lookupGraph(5_000, 64), { maxTokens: 64, vocabularySize: 5_000 });
    const vectorOf = async (options: OnnxOptions, artifact: ModelArtifact) => (await (await make({ inlineBelowMs: 0, ...options }).open(artifact)).run(work)).vectors;

    it('gives the same bits from the mapped copy as from the file', async () => {
      const artifact = await large();
      const cacheDir = join(folder.path, 'mapping');
      const mapped = await vectorOf({ cacheDir }, artifact);
      expect(await readdir(join(cacheDir, 'mapped'))).toHaveLength(1);
      expect(mapped).toEqual(await vectorOf({}, artifact));
    });

    it.each([0, 1_000])('opens the file itself when the copy was cut to %d bytes', async (bytes) => {
      const artifact = await large();
      const cacheDir = join(folder.path, `cut-${bytes}`);
      const whole = await vectorOf({ cacheDir }, artifact);
      const [copy] = await readdir(join(cacheDir, 'mapped'));
      await truncate(join(cacheDir, 'mapped', copy!), bytes);
      expect(await vectorOf({ cacheDir }, artifact)).toEqual(whole);
    });
  });

  describe('a cache folder that cannot be used', () => {
    it('serves all the same, and warns once', async () => {
      const artifact = await folder.add('large', lookupGraph(5_000, 64), { maxTokens: 64, vocabularySize: 5_000 });
      await writeFile(join(folder.path, 'a-file'), '');
      const warn = jest.fn();
      const runtime = make({ cacheDir: join(folder.path, 'a-file', 'cache'), warn });
      const work = { kind: 'tokens', rows: [{ ids: Int32Array.of(7, 9, 4_000) }], head: { pooling: 'mean', normalize: true } } as const;

      expect((await (await runtime.open(artifact)).run(work)).vectors).toHaveLength(1);
      await runtime.open(await folder.add('mlp', mlpGraph()));
      expect(warn.mock.calls).toEqual([[expect.stringContaining('a-file')]]);
      expect(warn.mock.calls[0][0]).toContain('ENOTDIR');
    });

    it('warns of nothing while it can be used', async () => {
      const warn = jest.fn();
      await make({ cacheDir: join(folder.path, 'usable'), warn }).open(await folder.add('mlp', mlpGraph()));
      expect(warn).not.toHaveBeenCalled();
    });
  });

  it('loads nothing more once it is closed', async () => {
    const runtime = make();
    await runtime.close();
    await expect(runtime.open(await folder.add('mlp', mlpGraph()))).rejects.toThrow(LoadFailedError);
  });
});

function tensorOf(dtype: Exclude<DType, 'string'>): Tensor {
  const data = new (arrayOf(dtype))(3);
  const bytes = new Uint8Array(data.buffer);
  if (dtype === 'bool') bytes.set([1, 0, 1]);
  else bytes.fill(0xff).fill(1, 0, data.BYTES_PER_ELEMENT); // the extremes of integers; NaN, and a number near zero
  return { dtype, shape: [1, 3], data };
}

function bytesOf(data: Tensor['data']): Uint8Array {
  const { buffer, byteOffset, byteLength } = data as Float64Array;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** y = x - mean over the batch. */
function centred(): Uint8Array {
  return onnxGraph({
    inputs: [{ name: 'x', dtype: 'float32', axes: ['batch', 2] }],
    outputs: [{ name: 'y', dtype: 'float32', axes: ['batch', 2] }],
    weights: { axes: { dtype: 'int64', shape: [1], data: BigInt64Array.of(0n) } },
    nodes: [{ op: 'ReduceMean', inputs: ['x', 'axes'], outputs: ['mean'] }, { op: 'Sub', inputs: ['x', 'mean'], outputs: ['y'] }],
  });
}

/** Adds a row of 3 to rows whose free width must be 3, which nothing in the signature says. */
function alwaysRefuses(): Uint8Array {
  return onnxGraph({
    inputs: [{ name: 'x', dtype: 'float32', axes: ['batch', 'width'] }],
    outputs: [{ name: 'y', dtype: 'float32', axes: ['batch', 'width'] }],
    weights: { w: noise(1, [3]) },
    nodes: [{ op: 'Add', inputs: ['x', 'w'], outputs: ['y'] }],
  });
}

function unknownOperator(): Uint8Array {
  const axes = ['batch'];
  return onnxGraph({
    inputs: [{ name: 'x', dtype: 'float32', axes }],
    outputs: [{ name: 'y', dtype: 'float32', axes }],
    nodes: [{ op: 'NoSuchOperator', inputs: ['x'], outputs: ['y'] }],
  });
}
