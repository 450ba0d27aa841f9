import { LoadFailedError, type ModelArtifact } from '@cortex/inference';
import { readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lookupGraph, mlpGraph, noise, onnxGraph } from '../testing';
import { RuntimesUnderTest, given } from '../testing/runtimes-under-test';
import type { OnnxOptions } from './onnx.options';

jest.setTimeout(60_000); // processes start slowly on a busy machine

let models: RuntimesUnderTest;
beforeAll(async () => {
  models = await RuntimesUnderTest.make();
});
afterEach(() => models.close());
afterAll(() => models[Symbol.asyncDispose]());

describe('opening a graph', () => {
  it.each([
    ['an empty file', new Uint8Array(0), 'does not have a graph'],
    ['half of a file', mlpGraph().slice(0, 2_000), 'Protobuf parsing failed'],
    ['noise', Buffer.alloc(500, 0xf7), 'Protobuf parsing failed'],
    ['an operator that does not exist', unknownOperator(), 'NoSuchOperator'],
  ])('gives the reason why it cannot open %s, without the path', async (_, bytes, reason) => {
    const error = await models.make().open(await models.folder.add('bad', bytes)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LoadFailedError);
    expect((error as LoadFailedError).message).toContain(reason);
    expect((error as LoadFailedError).message).not.toContain('/');
  });

  it('gives the reason when the file is not there', async () => {
    const artifact = await models.folder.add('gone', mlpGraph());
    await expect(models.make().open({ ...artifact, file: join(models.folder.path, 'nowhere.onnx') })).rejects.toThrow("File doesn't exist");
  });

  it('goes on with other models after one that failed', async () => {
    const runtime = models.make({ inlineBelowMs: 0 });
    await expect(runtime.open(await models.folder.add('bad', new Uint8Array(0)))).rejects.toThrow(LoadFailedError);
    const session = await runtime.open(await models.folder.add('mlp', mlpGraph()));
    await expect(session.run(given(noise(1, [2, 20])))).resolves.toBeDefined();
  });

  it('loads nothing more once it is closed', async () => {
    const runtime = models.make();
    await runtime.close();
    await expect(runtime.open(await models.folder.add('mlp', mlpGraph()))).rejects.toThrow(LoadFailedError);
  });
});

describe('shared weights', () => {
  const head = { pooling: 'mean', normalize: true } as const;
  const work = { kind: 'tokens', rows: [{ ids: Int32Array.of(7, 9, 4_000) }], head } as const;
  const large = () => models.folder.add('large', lookupGraph(5_000, 64), { maxTokens: 64, vocabularySize: 5_000 });
  const vectorOf = async (options: OnnxOptions, artifact: ModelArtifact) => (await (await models.make({ inlineBelowMs: 0, ...options }).open(artifact)).run(work)).vectors;

  it('gives the same bits from the mapped copy as from the file', async () => {
    const artifact = await large();
    const cacheDir = join(models.folder.path, 'mapping');
    const mapped = await vectorOf({ cacheDir }, artifact);
    expect(await readdir(join(cacheDir, 'mapped'))).toHaveLength(1);
    expect(mapped).toEqual(await vectorOf({}, artifact));
  });

  it.each([0, 1_000])('opens the file itself when the copy was cut to %d bytes', async (bytes) => {
    const artifact = await large();
    const cacheDir = join(models.folder.path, `cut-${bytes}`);
    const whole = await vectorOf({ cacheDir }, artifact);
    const [copy] = await readdir(join(cacheDir, 'mapped'));
    await truncate(join(cacheDir, 'mapped', copy!), bytes);
    expect(await vectorOf({ cacheDir }, artifact)).toEqual(whole);
  });
});

describe('a cache folder that cannot be used', () => {
  it('serves all the same, and warns once', async () => {
    const artifact = await models.folder.add('large', lookupGraph(5_000, 64), { maxTokens: 64, vocabularySize: 5_000 });
    await writeFile(join(models.folder.path, 'a-file'), '');
    const warn = jest.fn();
    const runtime = models.make({ cacheDir: join(models.folder.path, 'a-file', 'cache'), warn });
    const work = { kind: 'tokens', rows: [{ ids: Int32Array.of(7, 9, 4_000) }], head: { pooling: 'mean', normalize: true } } as const;

    expect((await (await runtime.open(artifact)).run(work)).vectors).toHaveLength(1);
    await runtime.open(await models.folder.add('mlp', mlpGraph()));
    expect(warn.mock.calls).toEqual([[expect.stringContaining('a-file')]]);
    expect(warn.mock.calls[0][0]).toContain('ENOTDIR');
  });

  it('warns of nothing while it can be used', async () => {
    const warn = jest.fn();
    await models.make({ cacheDir: join(models.folder.path, 'usable'), warn }).open(await models.folder.add('mlp', mlpGraph()));
    expect(warn).not.toHaveBeenCalled();
  });
});

function unknownOperator(): Uint8Array {
  const axes = ['batch'];
  return onnxGraph({
    inputs: [{ name: 'x', dtype: 'float32', axes }],
    outputs: [{ name: 'y', dtype: 'float32', axes }],
    nodes: [{ op: 'NoSuchOperator', inputs: ['x'], outputs: ['y'] }],
  });
}
