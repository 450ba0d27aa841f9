import { MemoryObjectStore, chunksOf } from '@cortex/objects/testing';
import { FaultyObjects } from '../../testing/faulty-objects';
import { pinsOf } from '../../testing/model-folders';
import { describeModelSource } from '../../testing/model-source.contract';
import { FakeModelSource, FakeModelSources } from '../../testing/fake-model-source';
import { ObjectModelSource } from './object-model-source';
import { StoredModelSources } from './stored-model-sources';

const signal = AbortSignal.timeout(20_000);

async function kept(files: Readonly<Record<string, Uint8Array | string>>, objects = new MemoryObjectStore()): Promise<MemoryObjectStore> {
  for (const [path, content] of Object.entries(files)) await objects.write(`exports/mine/${path}`, chunksOf(content));
  return objects;
}

describeModelSource('ObjectModelSource', async (files) => {
  const objects = await kept(files);
  const change = (path: string) => {
    const key = `exports/mine/${path}`;
    const { content, modifiedAt } = objects.kept.get(key)!;
    objects.kept.set(key, { content: Buffer.from(content.map((byte) => byte ^ 1)), modifiedAt: modifiedAt + 1 });
  };
  return { source: new ObjectModelSource(objects, 'exports/mine/'), change, [Symbol.asyncDispose]: () => Promise.resolve() };
});

describe('ObjectModelSource', () => {
  const describing = async (files: Readonly<Record<string, Uint8Array | string>>) => new ObjectModelSource(await kept(files), 'exports/mine').describe(signal);

  it('takes the name of the last folder and what may lie in a model, where there is no manifest', async () => {
    const model = await describing({ 'onnx/model.onnx': 'g', 'onnx/model.onnx_data': 'w', 'config.json': '{}', 'pytorch_model.bin': 'p', 'run.py': 'x' });
    expect(model).toMatchObject({ name: 'mine', version: '1', provenance: { kind: 'object-store', source: 'exports/mine/' } });
    expect(model.files.map(({ path }) => path)).toEqual(['config.json', 'onnx/model.onnx', 'onnx/model.onnx_data']);
  });

  it('takes what the manifest lists, with its hashes', async () => {
    const files = pinsOf({ 'model.onnx': 'g' });
    const manifest = { name: 'm', version: '7', task: 'tensor', files, variants: { fp32: { file: 'model.onnx' } } };
    const model = await describing({ 'model.onnx': 'g', 'README.md': 'unlisted', 'cortex-model.json': JSON.stringify(manifest) });
    expect(model).toMatchObject({ name: 'm', version: '7', files: [{ path: 'cortex-model.json' }, { path: 'model.onnx', ...files['model.onnx'] }] });
  });

  it.each([
    ['nothing', {}, 'REGISTRY.SOURCE_NOT_FOUND'],
    ['a manifest that is none', { 'cortex-model.json': '{' }, 'REGISTRY.SOURCE_FAILED'],
    ['a manifest of another form', { 'cortex-model.json': '{"name":"m"}' }, 'REGISTRY.SOURCE_FAILED'],
    ['a manifest that is too large', { 'cortex-model.json': ' '.repeat(2 ** 20 + 1) }, 'REGISTRY.SOURCE_FAILED'],
  ])('refuses %s', async (_, files, code) => {
    await expect(describing(files as Record<string, string>)).rejects.toMatchObject({ code });
  });

  it('says as a source does that the store is gone, so that what came is kept', async () => {
    const objects = new FaultyObjects();
    await kept({ 'model.onnx': 'x'.repeat(200_000) }, objects);
    const source = new ObjectModelSource(objects, 'exports/mine');
    const body = await source.open({ path: 'model.onnx' }, { bytes: 0 }, signal);
    const reading = async () => {
      for await (const chunk of body.chunks) objects.isCut = chunk.length > 0;
    };
    await expect(reading()).rejects.toMatchObject({ code: 'REGISTRY.SOURCE_FAILED' });
    await expect(source.open({ path: 'model.onnx' }, { bytes: 0 }, signal)).rejects.toMatchObject({ code: 'REGISTRY.SOURCE_FAILED' });
  });
});

describe('StoredModelSources', () => {
  const others = new FakeModelSources(new FakeModelSource({}));

  it('finds a prefix in the store, and leaves the rest to others', () => {
    const sources = new StoredModelSources(new MemoryObjectStore(), others);
    expect(sources.at({ kind: 'object-store', prefix: 'models/x' })).toBeInstanceOf(ObjectModelSource);
    expect(sources.at({ kind: 'hugging-face', model: 'm' })).toBeInstanceOf(FakeModelSource);
  });

  it.each(['../x', '/x', 'a//b', 'a b'])('refuses the prefix %s', (prefix) => {
    expect(() => new StoredModelSources(new MemoryObjectStore(), others).at({ kind: 'object-store', prefix })).toThrow(expect.objectContaining({ code: 'OBJECTS.BAD_KEY' }));
  });
});
