import { mkdtemp, readdir, realpath, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@cortex/kernel/testing';
import { onnxBytes, writeFiles } from '../../testing/model-folders';
import { ModelRegistry } from '../model-registry';
import { Incoming } from '../sources/incoming';
import { deleteVersion } from './deletion';
import { Releases } from './releases';
import { Rollouts } from './rollouts';

const by = { by: 'admin' };

describe('deleteVersion', () => {
  let root: string;
  let registry: ModelRegistry;
  let unloaded: string[];

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'deletion-')));
    await writeFiles(root, { 'own/m/1/model.onnx': onnxBytes(), 'own/m/2/model.onnx': onnxBytes(), 'own/single/model.onnx': onnxBytes(), 'bundled/b/1/model.onnx': onnxBytes() });
    registry = new ModelRegistry({ folders: [{ path: join(root, 'own'), origin: 'folder' }, { path: join(root, 'bundled'), origin: 'bundled' }], maxBatchRows: 32 }, new FakeClock());
    await registry.refresh();
    unloaded = [];
  });
  afterEach(() => rm(root, { recursive: true }));

  const unload = async (reference: string) => {
    unloaded.push(reference);
    registry.withdraw(...(reference.split('@') as [string, string]));
  };
  const remove = (name: string, version: string) => deleteVersion(registry, name, { ...by, version, unload });
  const left = () => registry.index().map(({ name, version, state }) => `${name}@${version} ${state}`);

  it('unloads it, deletes its files and what is kept of them, and notes it', async () => {
    await registry.artifact(registry.get('m', '2'), 'fp32');
    await remove('m', '2');
    expect([unloaded, left(), await readdir(join(root, 'own/m'))]).toEqual([['m@2'], ['b@1 available', 'm@1 available', 'single@1 available'], ['1']]);
    expect(registry.records.of('m')).toMatchObject({ pins: {}, history: [{ action: 'delete', by: 'admin', from: '2' }, { action: 'pin' }] });
  });

  it('takes the model\'s folder with its last version', async () => {
    for (const version of ['1', '2']) await remove('m', version);
    await remove('single', '1');
    expect([left(), await readdir(join(root, 'own'), { recursive: true })]).toEqual([['b@1 available'], ['.incoming']]);
  });

  it('deletes what was pulled or uploaded', async () => {
    const source = await registry.artifact(registry.get('m', '2'), 'fp32');
    const files = [{ path: 'model.onnx', bytes: onnxBytes().length, sha256: source.digest.slice('sha256:'.length) }];
    await writeFiles(root, { 'own/m/2/cortex-origin.json': JSON.stringify({ kind: 'upload', installedAt: '2026-11-26T12:00:00Z', files }) });
    await registry.refresh();
    expect(registry.get('m', '2').origin).toBe('installed');
    await remove('m', '2');
    expect(left()).not.toContain('m@2 available');
  });

  it('does not hold a later upload of the same version back', async () => {
    await remove('m', '2');
    await writeFiles(root, { 'own/m/2/model.onnx': onnxBytes({ rawBytes: 8 }) });
    await registry.refresh();
    const version = registry.get('m');
    expect([version.version, (await registry.artifact(version, 'fp32')).version]).toEqual(['2', '2']);
  });

  it('holds a later upload back only where the whole model was unloaded', async () => {
    registry.withdraw('m', '2');
    await remove('m', '2');
    registry.withdraw('single');
    await remove('single', '1');
    await writeFiles(root, { 'own/m/2/model.onnx': onnxBytes(), 'own/single/1/model.onnx': onnxBytes() });
    await registry.refresh();
    expect(left()).toEqual(['b@1 available', 'm@1 available', 'm@2 available', 'single@1 unloaded']);
  });

  it.each([false, true])('leaves it as it was where it cannot be deleted (unloaded before: %s)', async (wasUnloaded) => {
    if (wasUnloaded) registry.withdraw('m', '2');
    jest.spyOn(registry.records, 'change').mockRejectedValueOnce(new Error('no catalogue'));
    await expect(remove('m', '2')).rejects.toThrow('no catalogue');
    await registry.refresh();
    expect([registry.isWithdrawn('m', '2'), await readdir(join(root, 'own'), { recursive: true })]).toEqual([wasUnloaded, expect.arrayContaining(['m/2/model.onnx'])]);
  });

  it('lies where a sweep finds it, in a day and not before, should the server be killed meanwhile', async () => {
    await utimes(join(root, 'own/m/2'), 1, 1);
    let meanwhile: unknown;
    jest.spyOn(registry.records, 'change').mockImplementationOnce(async () => {
      await new Incoming(join(root, 'own'), 60_000).sweep();
      meanwhile = [await readdir(join(root, 'own/m')), await readdir(join(root, 'own/.incoming'))];
      throw new Error('killed');
    });
    await expect(remove('m', '2')).rejects.toThrow('killed');
    expect([meanwhile, await readdir(join(root, 'own/m/2'))]).toEqual([[['1'], [expect.stringMatching(/^deleted-/)]], ['model.onnx']]);
  });

  it('refuses a version that an alias or a rollout names, before anything is unloaded', async () => {
    await new Releases(registry).moveAlias('m', 'stable', { ...by, version: '1' });
    await new Rollouts(registry).start('m', { alias: 'stable', version: '2', mode: 'shadow', weight: 1 }, by);
    await expect(remove('m', '1')).rejects.toMatchObject({ code: 'REGISTRY.VERSION_IN_USE', kind: 'conflict', users: ['alias stable'] });
    await expect(remove('m', '2')).rejects.toMatchObject({ users: ['shadow of stable'] });
    expect([unloaded, left()]).toEqual([[], ['b@1 available', 'm@1 available', 'm@2 available', 'single@1 available']]);
  });

  it('keeps everything where an alias came while it was being unloaded', async () => {
    const unload = async () => void (await new Releases(registry).moveAlias('m', 'stable', { ...by, version: '2' }));
    await expect(deleteVersion(registry, 'm', { ...by, version: '2', unload })).rejects.toMatchObject({ code: 'REGISTRY.VERSION_IN_USE' });
    expect([(await registry.resolve('m@stable')).version.version, await readdir(join(root, 'own/m'))]).toEqual(['2', ['1', '2']]);
  });

  it('refuses what came with the server, and what does not exist', async () => {
    await expect(remove('b', '1')).rejects.toMatchObject({ code: 'REGISTRY.VERSION_FIXED' });
    await expect(remove('m', '7')).rejects.toMatchObject({ code: 'REGISTRY.VERSION_NOT_FOUND' });
    expect(unloaded).toEqual([]);
  });
});
