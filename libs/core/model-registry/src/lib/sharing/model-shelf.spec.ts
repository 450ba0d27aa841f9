import { createHash } from 'node:crypto';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultyObjects } from '../../testing/faulty-objects';
import { pinsOf } from '../../testing/model-folders';
import { graphOf, Replica } from '../../testing/replica';
import { MemoryModelCatalog } from '../catalog/memory-model-catalog';

const by = { by: 'an operator', reason: 'for all' };

describe('ModelShelf', () => {
  let objects: FaultyObjects;
  let one: Replica;
  let other: Replica;

  beforeEach(async () => {
    objects = new FaultyObjects();
    const catalog = new MemoryModelCatalog();
    one = await Replica.with({ objects, catalog });
    other = await Replica.with({ objects, catalog: catalog.another(), eager: false });
    for (const each of [one, other]) await each.sync.begin();
  });
  afterEach(async () => {
    for (const each of [one, other]) await each[Symbol.asyncDispose]();
  });
  const contentHere = async (path: string) => readFile(join(other.folder, path));

  describe('push', () => {
    it('gives an operator\'s folder to all, and notes who did', async () => {
      await one.put('m', '1', { 'model.onnx': graphOf('mine'), 'LICENSE': 'free' });
      const bytes = graphOf('mine').length + 4;
      expect(await one.shelf.push('m', 'latest', by)).toEqual({ model: 'm', version: '1', files: 2, bytes, sentFiles: 2 });
      expect((await other.registry.resolve('m')).version).toMatchObject({ version: '1', origin: 'installed' });
      expect(await contentHere('m/1/model.onnx')).toEqual(graphOf('mine'));
      expect(one.registry.records.of('m')).toMatchObject({ provenance: { 1: { kind: 'folder' } }, history: [{ ...by, action: 'share', to: '1' }] });
      expect(one.registry.get('m').origin).toBe('folder');
    });

    it('takes what the graphs need and what may lie beside them, and nothing else', async () => {
      const graph = graphOf('mine');
      const manifest = { name: 'm', version: '1', task: 'tensor', files: pinsOf({ 'graphs/model.onnx': graph }), variants: { fp32: { file: 'graphs/model.onnx' } } };
      await one.put('m', '1', { 'graphs/model.onnx': graph, 'cortex-model.json': JSON.stringify(manifest), 'run.py': 'import os', 'weights.bin': 'idle', '.hidden': 'x', 'README.md': '', 'secret.pem': 'x' });
      await symlink('/etc/hostname', join(one.folder, 'm/1/linked.txt'));
      await one.shelf.push('m', '1', by);
      expect(one.registry.records.of('m').shared['1']!.map(({ path }) => path)).toEqual(['cortex-model.json', 'graphs/model.onnx']);
      expect((await other.registry.resolve('m@1')).version.variants[0]!.file).toBe(join(other.folder, 'm/1/graphs/model.onnx'));
    });

    it('takes Triton\'s setting from beside the version', async () => {
      await one.put('m', '3', { 'model.onnx': graphOf('triton'), '../config.pbtxt': 'max_batch_size: 7' });
      await one.shelf.push('m', '3', by);
      expect((await other.registry.resolve('m')).version).toMatchObject({ version: '3', maxBatchRows: 7 });
    });

    it('sends nothing that lies there, and mends what is damaged', async () => {
      await one.put('m', '1', { 'model.onnx': graphOf('mine'), 'LICENSE': 'free' });
      await one.shelf.push('m', '1', by);
      expect((await one.shelf.push('m', '1', by)).sentFiles).toBe(0);
      const [key, { content }] = [...objects.kept].find(([, kept]) => kept.content.equals(graphOf('mine')))!;
      objects.kept.set(key, { content: Buffer.from(content.map((byte) => byte ^ 1)), modifiedAt: 0 });
      expect((await one.shelf.push('m', '1', by)).sentFiles).toBe(1);
      expect((await other.registry.resolve('m')).version.version).toBe('1');
    });

    it('never replaces what is shared under the same name', async () => {
      await one.put('m', '1', { 'model.onnx': graphOf('mine') });
      await one.shelf.push('m', '1', by);
      await writeFile(join(one.folder, 'm/1/model.onnx'), graphOf('changed'));
      await expect(one.shelf.push('m', '1', by)).rejects.toMatchObject({ code: 'REGISTRY.VERSION_EXISTS' });
    });

    it('refuses what there is not, what no other server takes, and what cannot be read', async () => {
      await expect(one.shelf.push('m', '1', by)).rejects.toMatchObject({ code: 'REGISTRY.MODEL_NOT_FOUND' });
      const manifest = { name: 'm', version: '1', task: 'generate', runtime: 'langchain', files: pinsOf({ 'model.onnx': graphOf('a') }), variants: { fp32: { file: 'model.onnx' } } };
      await one.put('m', '1', { 'model.onnx': graphOf('a'), 'cortex-model.json': JSON.stringify(manifest) });
      await expect(one.shelf.push('m', '1', by)).rejects.toMatchObject({ code: 'REGISTRY.NOT_SHAREABLE', message: expect.stringContaining('langchain') });
      expect(objects.writes).toEqual([]);
    });

    it('ends when its caller leaves', async () => {
      await one.put('m', '1', { 'model.onnx': graphOf('mine') });
      const reason = new Error('gone');
      await expect(one.shelf.push('m', '1', { ...by, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      expect(one.shelf.has('m', '1')).toBe(false);
    });
  });

  describe('share', () => {
    it('writes a file once, however many versions have it and however often it is asked', async () => {
      await one.install('m', '1', 'same');
      await one.install('m', '2', 'same');
      await Promise.all([one.shelf.share('m', '1'), one.shelf.share('m', '1')]);
      expect(objects.writes).toEqual([`models/sha256/${shaOf('same').slice(0, 2)}/${shaOf('same')}`]);
    });

    it('shares nothing whose file is not what was installed any more', async () => {
      objects.isCut = true;
      await one.install('m', '1', 'mine');
      objects.isCut = false;
      await writeFile(join(one.folder, 'm/1/model.onnx'), graphOf('changed'));
      await expect(one.shelf.share('m', '1')).rejects.toMatchObject({ code: 'OBJECTS.DIGEST_MISMATCH' });
      expect([one.shelf.has('m', '1'), objects.kept.size]).toEqual([false, 0]);
    });
  });

  describe('release', () => {
    it('leaves it at a warning when the store cannot be reached', async () => {
      await one.install('m', '1', 'mine');
      objects.isCut = true;
      await one.delete('m', '1');
      expect([one.available(), one.warnings]).toEqual([[], ['files of a deleted version stay in the object store: the object store does not answer']]);
    });
  });
});

function shaOf(content: string): string {
  return createHash('sha256').update(graphOf(content)).digest('hex');
}
