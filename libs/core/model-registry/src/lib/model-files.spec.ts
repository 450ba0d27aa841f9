import { mkdir, mkdtemp, realpath, rm, symlink, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { onnxBytes, pinsOf, writeFiles } from '../testing/model-folders';
import { FileKnowledge, ModelFiles } from './model-files';
import { RefusedError } from './refused.errors';

describe('ModelFiles', () => {
  let root: string;
  let files: ModelFiles;

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'model-files-')));
    await writeFiles(root, { 'secret.json': '{"key":1}', 'model/plain.json': '{"a":1}', 'model/sub/plain.json': '{}', 'model/empty.json': '' });
    files = new ModelFiles(join(root, 'model'), new FileKnowledge());
  });
  afterEach(() => rm(root, { recursive: true }));

  describe('get', () => {
    it('gives a plain file with its size', async () => {
      expect(await files.get('sub/plain.json')).toMatchObject({ path: join(root, 'model/sub/plain.json'), bytes: 2 });
    });

    it.each(['../secret.json', 'sub/../../secret.json', '/etc/hostname', '', '.', './plain.json', 'sub//plain.json', 'sub\\plain.json', 'plain.json\0', '.hidden', `${'a/'.repeat(200)}a`])(
      'refuses the name %j without looking',
      async (name) => {
        await expect(files.get(name)).rejects.toThrow('is not a file name inside the folder');
      },
    );

    it('refuses links: of the file, of a folder on the way, and to itself', async () => {
      await symlink(join(root, 'secret.json'), join(root, 'model/link.json'));
      await symlink('plain.json', join(root, 'model/inner.json'));
      await symlink(root, join(root, 'model/up'));
      for (const path of ['link.json', 'inner.json', 'up/secret.json']) await expect(files.get(path)).rejects.toThrow(`${path} is a link`);
    });

    it('refuses a folder, an empty file and a missing one, each by its relative name', async () => {
      await mkdir(join(root, 'model/folder.json'));
      await expect(files.get('folder.json')).rejects.toThrow(new RefusedError('folder.json is not a plain file'));
      await expect(files.get('empty.json')).rejects.toThrow(new RefusedError('empty.json is empty'));
      await expect(files.get('plain.json/x')).rejects.toThrow(new RefusedError('plain.json/x is missing'));
    });
  });

  describe('findJson', () => {
    const schema = z.object({ a: z.object({ b: z.number() }) });

    it('names the field that does not fit', async () => {
      await writeFiles(root, { 'model/x.json': { a: { b: 'one' } } });
      await expect(files.findJson('x.json', schema)).rejects.toThrow(/^x\.json: a\.b: .*number/);
    });

    it('refuses broken JSON without repeating it', async () => {
      await writeFiles(root, { 'model/x.json': '{"password": "hunter2' });
      await expect(files.findJson('x.json', schema)).rejects.toThrow(new RefusedError('x.json is not valid JSON'));
    });

    it('refuses nesting that would overflow a stack', async () => {
      await writeFiles(root, { 'model/x.json': '['.repeat(500_000) });
      await expect(files.findJson('x.json', schema)).rejects.toThrow(RefusedError);
    });

    it('refuses a file above its limit without reading it', async () => {
      await truncate(join(root, 'model/plain.json'), 2 ** 20 + 1);
      await expect(files.findJson('plain.json', schema)).rejects.toThrow('plain.json has 1 MiB, the limit is 1 MiB');
    });

    it('keeps __proto__ a name like any other', async () => {
      await writeFiles(root, { 'model/x.json': '{"__proto__": {"polluted": true}, "a": {"b": 1, "__proto__": {"polluted": true}}}' });
      const read = await files.findJson('x.json', schema);
      expect([read, 'polluted' in {}, 'polluted' in read!, 'polluted' in read!.a]).toEqual([{ a: { b: 1 } }, false, false, false]);
    });
  });

  it('refuses a tokenizer above 64 MiB', async () => {
    await writeFiles(root, { 'model/tokenizer.json': '{}' });
    await truncate(join(root, 'model/tokenizer.json'), 2 ** 26 + 1);
    await expect(files.findTokenizer()).rejects.toThrow('the limit is 64 MiB');
  });

  describe('pin', () => {
    const content = onnxBytes();
    const pin = { path: 'model.onnx', ...pinsOf({ 'model.onnx': content })['model.onnx']! };

    it('gives the SHA-256 of the content', async () => {
      await writeFiles(root, { 'model/model.onnx': content });
      expect(await files.pin('model.onnx', pin)).toEqual(pin);
      expect(await files.pin('model.onnx')).toEqual(pin);
    });

    it('refuses another content of the same size, and from then on without hashing', async () => {
      await writeFiles(root, { 'model/model.onnx': Buffer.from(content).fill(1, 4) });
      await expect(files.expect(pin)).resolves.toMatchObject({ bytes: pin.bytes });
      await expect(files.pin('model.onnx', pin)).rejects.toThrow('model.onnx has another sha256 than the manifest says');
      await expect(files.expect(pin)).rejects.toThrow('model.onnx has another sha256 than the manifest says');
    });

    it('refuses another size', async () => {
      await writeFiles(root, { 'model/model.onnx': Buffer.concat([content, content]) });
      await expect(files.pin('model.onnx', pin)).rejects.toThrow(`has ${2 * pin.bytes} bytes, the manifest says ${pin.bytes}`);
    });

    it('hashes anew what has changed', async () => {
      await writeFiles(root, { 'model/model.onnx': content });
      const before = await files.pin('model.onnx');
      await writeFiles(root, { 'model/model.onnx': onnxBytes({ rawBytes: 8 }) });
      expect((await files.pin('model.onnx')).sha256).not.toBe(before.sha256);
    });
  });
});
