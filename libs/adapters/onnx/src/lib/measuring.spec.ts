import { join } from 'node:path';
import { mlpGraph, noise, onnxGraph, ratioGraph } from '../testing';
import { RuntimesUnderTest } from '../testing/runtimes-under-test';

jest.setTimeout(60_000); // processes start slowly on a busy machine

let models: RuntimesUnderTest;
beforeAll(async () => {
  models = await RuntimesUnderTest.make();
});
afterEach(() => models.close());
afterAll(() => models[Symbol.asyncDispose]());

describe('measuring a graph', () => {
  it('times tensor graphs by rows and finds that rows may share a batch', async () => {
    const profile = await models.make().measure(await models.folder.add('mlp', mlpGraph()));
    expect(profile.measurements.map(({ rows, length }) => [rows, length])).toEqual([[1, 1], [4, 1], [16, 1], [64, 1]]);
    expect(profile).toMatchObject({ batchInvariant: true });
    expect(profile.probe).toHaveLength(5 * 3);
  });

  it('finds a graph whose rows look at each other', async () => {
    expect(await models.make().measure(await models.folder.add('centred', centred()))).toMatchObject({ batchInvariant: false });
  });

  it('promises nothing of a graph that refuses random input', async () => {
    const profile = await models.make().measure(await models.folder.add('fixed', alwaysRefuses()));
    expect(profile).toMatchObject({ batchInvariant: false, measurements: [], probe: new Float32Array(0) });
  });

  it('holds the room that it was given until it has measured', async () => {
    const runtime = models.make({ threads: 1 });
    const events: string[] = [];
    const leave = async () => void events.push('room given back');
    const first = await models.folder.add('first', mlpGraph());
    const second = await models.folder.add('second', ratioGraph());
    await Promise.all([
      runtime.measure(first).then(() => events.push('first measured')), // the second waits for its thread
      runtime.measure(second, async () => ({ [Symbol.asyncDispose]: leave })).then(() => events.push('second measured')),
    ]);
    expect(events).toEqual(['first measured', 'room given back', 'second measured']);
  });

  it('keeps what it learnt for the next start', async () => {
    const artifact = await models.folder.add('mlp', mlpGraph());
    const cacheDir = join(models.folder.path, 'cache');
    const first = await models.make({ cacheDir }).measure(artifact);
    expect(await models.make({ cacheDir }).measure(artifact)).toEqual(first);
  });
});

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
