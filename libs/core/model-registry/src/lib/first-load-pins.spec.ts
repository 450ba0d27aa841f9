import { onnxBytes, pinsOf } from '../testing/model-folders';
import { RegistryOnDisk, codeOf } from '../testing/registry-on-disk';

const onnx = onnxBytes();
const other = onnxBytes({ rawBytes: 8 });

describe('FirstLoadPins', () => {
  let disk: RegistryOnDisk;

  beforeEach(async () => {
    disk = await RegistryOnDisk.make();
  });
  afterEach(() => disk[Symbol.asyncDispose]());

  const load = async (reference: string) => disk.registry.artifact((await disk.registry.resolve(reference)).version, 'fp32');
  const changed = Buffer.from(onnx).fill(0x41, onnx.length - 2);

  it('keeps what the files were at the first load, once', async () => {
    await Promise.all([load('m'), load('m')]);
    await load('m');
    const { pins, history } = disk.registry.records.of('m');
    expect(pins).toEqual({ 10: [{ path: 'model.onnx', ...pinsOf({ onnx })['onnx'] }] });
    expect(history).toMatchObject([{ by: 'cortex', action: 'pin', to: '10', reason: 'first load: model.onnx' }]);
  });

  it.each([['another content', changed], ['another size', other]])('refuses a file that changes while it is loaded: %s', async (_, content) => {
    const { version } = await disk.registry.resolve('m');
    await disk.registry.artifact(version, 'fp32');
    await disk.write({ 'm/10/model.onnx': content });
    await disk.registry.refresh();
    expect(await disk.versionOf('m')).toBe('10'); // what is loaded runs on

    await expect(load('m')).rejects.toMatchObject({ code: 'REGISTRY.MODEL_BROKEN', reason: 'model.onnx is not what it was at the first load; load m@10 explicitly to accept it' });
    await disk.registry.refresh();
    expect([disk.stateOf('m', '10')?.state, await disk.versionOf('m')]).toEqual(['failed', '9']);
  });

  it('accepts the change when it is asked to, and says so in the history', async () => {
    await load('m');
    await disk.write({ 'm/10/model.onnx': other });
    await codeOf(load('m'));
    expect(await disk.registry.repin('m', '10', 'admin')).toBe(true);
    expect((await load('m')).digest).toBe(`sha256:${pinsOf({ other })['other']!.sha256}`);
    expect(disk.registry.records.of('m').history[0]).toMatchObject({ by: 'admin', action: 'pin', to: '10', reason: 'changed on disk and accepted: model.onnx' });
  });

  it('accepts nothing where nothing changed, was loaded, or is there', async () => {
    expect(await disk.registry.repin('m')).toBe(false);
    await load('m');
    expect([await disk.registry.repin('m'), await disk.registry.repin('m', '9')]).toEqual([false, false]);
    await expect(disk.registry.repin('m', '8')).rejects.toMatchObject({ code: 'REGISTRY.VERSION_NOT_FOUND' });
    expect(disk.registry.records.of('m').revision).toBe(1);
  });

  it('leaves bundled models alone: they change with the server', async () => {
    disk.reopen({ folders: [{ path: disk.root, origin: 'bundled' }] });
    await load('m');
    expect(disk.registry.records.of('m').pins).toEqual({});
  });
});
