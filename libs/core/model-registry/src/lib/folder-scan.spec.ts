import { chmod, mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onnxBytes, pinsOf, writeFiles } from '../testing/model-folders';
import { scanFolder } from './folder-scan';
import { FileKnowledge } from './model-files';

const onnx = onnxBytes();
const manifestOf = (name: string, version: string) => ({ name, version, task: 'tensor', files: pinsOf({ 'model.onnx': onnx }), variants: { fp32: { file: 'model.onnx' } } });

describe('scanFolder', () => {
  let parent: string;
  let root: string;

  beforeEach(async () => {
    parent = await realpath(await mkdtemp(join(tmpdir(), 'scan-')));
    root = join(parent, 'models');
    await mkdir(root);
  });
  afterEach(() => rm(parent, { recursive: true }));

  const scan = async (files: Record<string, string | Uint8Array | object> = {}) => {
    await writeFiles(root, files);
    const entries = await scanFolder({ path: root, origin: 'folder' }, new FileKnowledge());
    return entries.map(({ name, version, state, reason, model }) => [`${name}@${version}`, state === 'available' ? model!.task : reason]);
  };

  it('finds manifests, exports and Triton models side by side, whole or a folder a version', async () => {
    const found = await scan({
      'README.md': 'for people', '.cache/x/model.onnx': onnx,
      'alone/cortex-model.json': manifestOf('alone', '7'), 'alone/model.onnx': onnx,
      'export/config.json': {}, 'export/onnx/model.onnx': onnx,
      'exports/1.10/config.json': {}, 'exports/1.10/model.onnx': onnx, 'exports/1.9/config.json': {}, 'exports/1.9/model.onnx': onnx,
      'graph/model.onnx': onnx,
      'manifests/a/cortex-model.json': manifestOf('manifests', 'a'), 'manifests/a/model.onnx': onnx,
      'triton/config.pbtxt': 'max_batch_size: 8', 'triton/1/model.onnx': onnx, 'triton/10/model.onnx': onnx,
    });
    expect(found.map(([reference]) => reference)).toEqual(['alone@7', 'export@1', 'exports@1.10', 'exports@1.9', 'graph@1', 'manifests@a', 'triton@1', 'triton@10']);
    expect(new Set(found.map(([, task]) => task))).toEqual(new Set(['tensor']));
  });

  it('serves the good beside the bad, each bad one with its reason', async () => {
    await symlink(parent, join(root, 'link'));
    await mkdir(join(root, 'links'));
    await symlink(parent, join(root, 'links/1'));
    await mkdir(join(root, 'nothing'));
    expect(
      await scan({
        'broken/cortex-model.json': '{', 'empty/1/model.onnx': '', 'good/1/model.onnx': onnx, 'half/1/model.onnx': onnx.subarray(0, 15),
        'spread/1/model.onnx': onnxBytes({ externalData: 'model.data' }), 'spread/1/model.data': 'x', 'parked/old/model.onnx': onnx,
        'other/2/cortex-model.json': manifestOf('other', '3'), 'other/2/model.onnx': onnx, 'plan/1/model.plan': 'x', 'words/latest/model.onnx': onnx,
      }),
    ).toEqual([
      ['broken@1', 'cortex-model.json is not valid JSON'],
      ['empty@1', 'model.onnx is empty'],
      ['good@1', 'tensor'],
      ['half@1', 'model.onnx is cut off: it should be longer'],
      ['link@1', 'the folder is a link'],
      ['links@1', 'the folder is a link'],
      ['nothing@1', 'there is no cortex-model.json, no config.json and no model.onnx'],
      ['other@2', "cortex-model.json: version is '3', the folder's is '2'"],
      ['parked@old', 'a Triton version folder is named by a whole number'],
      ['plan@1', 'there is no cortex-model.json, no config.json and no model.onnx'],
      ['spread@1', expect.stringContaining('needs a cortex-model.json')],
      ['words@latest', '"latest" is an alias and cannot be a version'],
    ]);
  });

  it.each([' a', 'a b', 'ä', 'a\n', 'a@1', 'a+b', '__proto__', '-a', '\u001b[2J', 'a'.repeat(129)])('refuses the name %j, and lists it without what a terminal obeys', async (name) => {
    const [[reference, reason] = []] = await scan({ [`${name}/1/model.onnx`]: onnx });
    expect(reason).toContain('other characters than');
    expect(reference).toMatch(/^[\x20-\x7e…]+$/);
  });

  it('reads max_batch_size where config.pbtxt sets one', async () => {
    await writeFiles(root, { 'a/config.pbtxt': 'platform: "onnxruntime_onnx"\n  max_batch_size : 8\n', 'a/1/model.onnx': onnx, 'b/config.pbtxt': 'max_batch_size: 0', 'b/1/model.onnx': onnx, 'c/config.pbtxt': '{{', 'c/1/model.onnx': onnx });
    const entries = await scanFolder({ path: root, origin: 'folder' }, new FileKnowledge());
    expect(entries.map(({ model }) => model?.maxBatchRows)).toEqual([8, undefined, undefined]);
  });

  it('finds nothing in a folder that does not exist', async () => {
    expect(await scanFolder({ path: join(parent, 'absent'), origin: 'folder' }, new FileKnowledge())).toEqual([]);
  });

  it('follows a link that the operator configured', async () => {
    await writeFiles(root, { 'good/1/model.onnx': onnx });
    await symlink(root, join(parent, 'configured'));
    const entries = await scanFolder({ path: join(parent, 'configured'), origin: 'folder' }, new FileKnowledge());
    expect(entries).toMatchObject([{ name: 'good', state: 'available', model: { folder: join(root, 'good/1') } }]);
  });

  it('lists a file in place of the models without its path', async () => {
    await writeFiles(parent, { file: 'x' });
    expect(await scanFolder({ path: join(parent, 'file'), origin: 'folder' }, new FileKnowledge())).toEqual([{ name: 'file', version: '1', state: 'failed', reason: 'cannot be read (ENOTDIR)' }]);
  });

  const unlessRoot = process.getuid?.() === 0 ? it.skip : it;
  unlessRoot('lists a folder that may not be read', async () => {
    await mkdir(join(root, 'private'), { mode: 0o000 });
    expect(await scan()).toEqual([['private@1', 'cannot be read (EACCES)']]);
    await chmod(join(root, 'private'), 0o700);
  });
});
