import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { onnxBytes, pinsOf, writeFiles } from '../testing/model-folders';
import { RegistryOnDisk, codeOf } from '../testing/registry-on-disk';

const onnx = onnxBytes();
const other = onnxBytes({ rawBytes: 8 });

describe('an artifact', () => {
  let disk: RegistryOnDisk;

  beforeEach(async () => {
    disk = await RegistryOnDisk.make();
  });
  afterEach(() => disk[Symbol.asyncDispose]());

  const artifactOf = async (reference: string) => disk.registry.artifact((await disk.registry.resolve(reference)).version, 'fp32');
  const pinned = (content: Uint8Array, version = '1') => ({ name: 'p', version, task: 'tensor', files: pinsOf({ 'model.onnx': content }), variants: { fp32: { file: 'model.onnx' } } });

  it('gives the file with its hash and the limits that hold for it', async () => {
    expect(await artifactOf('m')).toEqual({
      name: 'm', version: '10', variant: 'fp32', file: join(disk.root, 'm/10/model.onnx'), maxTokens: 0, maxBatchRows: 32,
      digest: `sha256:${pinsOf({ onnx })['onnx']!.sha256}`,
    });
  });

  it('hashes anew a file that changed after the scan and before the first load', async () => {
    await disk.write({ 'm/10/model.onnx': other });
    expect((await artifactOf('m')).digest).toBe(`sha256:${pinsOf({ other })['other']!.sha256}`);
  });

  it('refuses a file with another hash than its pin, lists it as failed and serves the version before', async () => {
    await disk.write({ 'p/1/cortex-model.json': pinned(onnx), 'p/1/model.onnx': onnx, 'p/2/cortex-model.json': pinned(onnx, '2'), 'p/2/model.onnx': Buffer.from(onnx).fill(0x41, onnx.length - 2) });
    await disk.registry.refresh();
    expect(await codeOf(artifactOf('p'))).toBe('REGISTRY.MODEL_BROKEN');
    expect(disk.stateOf('p', '2')).toMatchObject({ state: 'failed', reason: 'model.onnx has another sha256 than the manifest says' });

    await disk.registry.refresh();
    expect([disk.stateOf('p', '2')?.state, await disk.versionOf('p')]).toEqual(['failed', '1']);
  });

  it('gives a version back once its file is what the pin says', async () => {
    await disk.write({ 'p/1/cortex-model.json': pinned(onnx), 'p/1/model.onnx': Buffer.from(onnx).fill(0x41, onnx.length - 2) });
    await disk.registry.refresh();
    await codeOf(artifactOf('p'));
    await disk.write({ 'p/1/model.onnx': onnx });
    disk.clock.advance(1_000);
    expect((await artifactOf('p')).name).toBe('p');
  });

  it('covers weights beside the graph, by their pins too', async () => {
    const graph = onnxBytes({ externalData: 'model.data' });
    const write = (weights: string, pin: string) =>
      disk.write({ 'p/1/model.onnx': graph, 'p/1/model.data': weights, 'p/1/cortex-model.json': { ...pinned(graph), files: pinsOf({ 'model.onnx': graph, 'model.data': pin }) } });
    await write('one', 'one');
    await disk.registry.refresh();
    const before = await artifactOf('p');
    await write('two', 'two');
    await disk.registry.refresh();
    expect((await artifactOf('p')).digest).not.toBe(before.digest);
    await write('bad', 'two');
    await expect(artifactOf('p')).rejects.toThrow('model.data has another sha256');
  });

  it.each([
    ['a link', async (file: string) => rm(file).then(() => symlink('/etc/hostname', file)), 'model.onnx is a link'],
    ['nothing', async (file: string) => rm(file), 'model.onnx is missing'],
    ['a graph that reads elsewhere', async (file: string) => writeFiles(file, { '../model.onnx': onnxBytes({ externalData: '/etc/hostname' }) }), 'takes weights from other files now'],
    ['half a graph', async (file: string) => writeFiles(file, { '../model.onnx': onnx.subarray(0, 10) }), 'model.onnx is cut off'],
  ])('refuses a file that became %s after the scan', async (_, change, reason) => {
    const { version } = await disk.registry.resolve('m');
    await change(join(disk.root, 'm/10/model.onnx'));
    await expect(disk.registry.artifact(version, 'fp32')).rejects.toMatchObject({ code: 'REGISTRY.MODEL_BROKEN', reason: expect.stringContaining(reason) });
    expect([disk.stateOf('m', '10')?.state, await disk.versionOf('m')]).toEqual(['failed', '9']);
  });

  it('refuses a variant that does not exist without calling the version broken', async () => {
    const { version } = await disk.registry.resolve('m');
    await expect(disk.registry.artifact(version, 'int8')).rejects.toMatchObject({ code: 'REGISTRY.VARIANT_NOT_FOUND' });
    expect(disk.stateOf('m', '10')?.state).toBe('available');
  });
});
