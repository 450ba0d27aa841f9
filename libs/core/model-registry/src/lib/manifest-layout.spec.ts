import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onnxBytes, pinsOf, writeFiles } from '../testing/model-folders';
import { readManifestLayout } from './manifest-layout';
import { FileKnowledge, ModelFiles } from './model-files';
import type { FolderIdentity } from './model-version';

const graph = onnxBytes();
const spread = onnxBytes({ externalData: 'model.data' });
const files = { 'model.onnx': graph, 'model_int8.onnx': graph, 'tokenizer.json': '{}' };
const manifest = {
  name: 'm',
  version: '3',
  task: 'embed',
  runtime: 'onnx',
  files: pinsOf(files),
  variants: { int8: { file: 'model_int8.onnx', fidelity: 0.98, batchInvariant: false }, fp32: { file: 'model.onnx' } },
  maxTokens: 128,
  maxBatchRows: 8,
  vocabularySize: 1_000,
  pooling: 'cls',
  normalize: true,
  license: 'Apache-2.0',
  source: 'trained here',
  description: 'for specs',
};

describe('readManifestLayout', () => {
  let root: string;
  let folder: string;

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'manifest-')));
    folder = join(root, 'm');
    await writeFiles(folder, files);
  });
  afterEach(() => rm(root, { recursive: true }));

  const read = async (differs: object | string, identity: Partial<FolderIdentity> = {}) => {
    await writeFiles(folder, { 'cortex-model.json': typeof differs === 'string' ? differs : { ...manifest, ...differs } });
    return readManifestLayout(new ModelFiles(folder, new FileKnowledge()), { name: 'm', origin: 'folder', ...identity });
  };

  it('reads all that a manifest says, fp32 first', async () => {
    expect(await read({})).toEqual({
      name: 'm', version: '3', task: 'embed', runtime: 'onnx', origin: 'folder', folder,
      variants: [
        { name: 'fp32', file: join(folder, 'model.onnx'), bytes: graph.length, externalData: [], sha256: manifest.files['model.onnx']!.sha256 },
        { name: 'int8', file: join(folder, 'model_int8.onnx'), bytes: graph.length, externalData: [], sha256: manifest.files['model_int8.onnx']!.sha256, fidelity: 0.98, batchInvariant: false },
      ],
      pins: Object.entries(manifest.files).map(([path, pin]) => ({ path, ...pin })),
      maxTokens: 128, maxBatchRows: 8, vocabularySize: 1_000, head: { pooling: 'cls', normalize: true },
      tokenizerFile: join(folder, 'tokenizer.json'), license: 'Apache-2.0', source: 'trained here', description: 'for specs',
    });
  });

  it.each([
    ['embed', 'mean'],
    ['rerank', 'none'],
    ['classify', 'none'],
    ['token-classify', 'tokens'],
    ['tensor', undefined],
  ])('pools %s models by %s where it does not say', async (task, pooling) => {
    expect((await read({ task, pooling: undefined }))?.head?.pooling).toBe(pooling);
  });

  it('reads the sizes that a vector may be cut to, and labels that do not exclude each other', async () => {
    expect(await read({ dimensions: [64, 128], multiLabel: true })).toMatchObject({ dimensions: [64, 128], multiLabel: true });
  });

  const ner = { kind: 'tags', columns: [0, 3], labels: ['O', 'B-PER', 'I-PER'] };
  const mood = { kind: 'classify', columns: [3, 5], labels: ['negative', 'positive'], temperature: 1.3 };
  const tagger = { task: 'token-classify', pooling: undefined };

  it('reads heads, what token types and rows carry, and languages', async () => {
    const said = { heads: { ner: { ...ner, transitions: ner.labels.map(() => [0, 0.5, -1]) }, mood }, tokenTypes: 'letter-case', rows: 'sentences', languages: ['en'] };
    expect(await read({ ...tagger, ...said })).toMatchObject({ ...said, head: { pooling: 'tokens' } });
  });

  it('takes the labels of a model without heads for one that tags', async () => {
    expect((await read({ ...tagger, labels: ner.labels }))?.heads).toEqual({ tags: ner });
    expect((await read({ ...tagger }))?.heads).toBeUndefined();
    expect((await read({ labels: ner.labels }))?.heads).toBeUndefined();
  });

  it.each<[string, object, string]>([
    ['columns that end before they begin', { heads: { ner: { ...ner, columns: [3, 3] } } }, 'heads.ner.columns: expected the first column and the one behind the last, got [3, 3]'],
    ['other labels than columns', { heads: { ner: { ...ner, labels: ['O'] } } }, 'heads.ner.labels: expected one for each of the 3 columns, got 1'],
    ['a label twice', { heads: { ner: { ...ner, labels: ['O', 'O', 'B-PER'] } } }, 'heads.ner.labels: expected each only once'],
    ['transitions that are not square', { heads: { ner: { ...ner, transitions: [[0, 0, 0], [0, 0], [0, 0, 0]] } } }, 'heads.ner.transitions: expected 3 rows of 3 scores'],
    ['too few transitions', { heads: { ner: { ...ner, transitions: [[0, 0, 0]] } } }, 'heads.ner.transitions: expected 3 rows of 3 scores'],
    ['columns of two heads', { heads: { ner, mood: { ...mood, columns: [2, 4] } } }, "overlap those of 'mood'"],
    ['a kind that is none', { heads: { ner: { ...ner, kind: 'embed' } } }, 'heads.ner.kind'],
    ['a misspelt field of a head', { heads: { mood: { ...mood, temprature: 1 } } }, 'temprature'],
    ['a temperature of 0', { heads: { mood: { ...mood, temperature: 0 } } }, 'heads.mood.temperature'],
    ['heads of a model that tags nothing', { task: 'embed', heads: { ner } }, 'heads is for a model to token-classify, this one is to embed'],
    ['token types of a model that does not read them', { task: 'embed', tokenTypes: 'letter-case' }, 'tokenTypes is for a model to token-classify'],
    ['rows of a model that tags nothing', { task: 'embed', rows: 'sentences' }, 'rows is for a model to token-classify'],
    ['a language by its name', { languages: ['english'] }, 'languages.0: expected two letters'],
    ['other token types', { tokenTypes: 'part-of-speech' }, 'tokenTypes'],
    ['other rows', { rows: 'paragraphs' }, 'rows'],
  ])('refuses %s', async (_, differs, reason) => {
    await expect(read({ ...tagger, ...differs })).rejects.toThrow(reason);
  });

  it('takes weights beside the graph where the manifest lists them', async () => {
    const weights = { 'onnx/model.onnx': spread, 'onnx/model.data': 'weights' };
    await writeFiles(folder, weights);
    const model = await read({ files: { ...manifest.files, ...pinsOf(weights) }, variants: { fp32: { file: 'onnx/model.onnx' } } });
    expect(model?.variants[0]?.externalData).toEqual([join(folder, 'onnx/model.data')]);
  });

  it.each<[string, object | string, string]>([
    ['a missing field', { task: undefined }, 'cortex-model.json: task: '],
    ['a wrong value', { variants: { fp32: { file: 'model.onnx', fidelity: 'high' } } }, 'cortex-model.json: variants.fp32.fidelity: '],
    ['a misspelt field', { maxToken: 5 }, 'maxToken'],
    ['no variant', { variants: {} }, 'variants: expected at least one'],
    ['a variant named like a path', { variants: { '../x': { file: 'model.onnx' } } }, 'variants.../x'],
    ['a hash that is none', { files: { 'model.onnx': { sha256: 'abc', bytes: 5 } } }, 'files.model.onnx.sha256: expected 64 hex digits'],
    ['a size that is none', { files: { 'model.onnx': { sha256: 'a'.repeat(64), bytes: -1 } } }, 'files.model.onnx.bytes'],
    ['a file above the folder', { files: pinsOf({ '../model.onnx': graph }) }, 'files.../model.onnx'],
    ['an absolute file', { files: pinsOf({ '/etc/hostname': graph }) }, 'files./etc/hostname'],
    ['a graph above the folder', { variants: { fp32: { file: '../model.onnx' } } }, 'variants.fp32.file: expected a relative file name'],
    ['a graph that files does not list', { variants: { fp32: { file: 'other.onnx' } } }, "files does not list 'other.onnx'"],
    ['a listed file that is missing', { files: { ...manifest.files, ...pinsOf({ 'vocab.txt': 'a' }) } }, 'vocab.txt is missing'],
    ['another size than a file has', { files: { ...manifest.files, 'tokenizer.json': { ...manifest.files['tokenizer.json'], bytes: 3 } } }, 'tokenizer.json has 2 bytes, the manifest says 3'],
    ['no tokenizer for texts', { files: pinsOf({ 'model.onnx': graph }), variants: { fp32: { file: 'model.onnx' } } }, "files does not list 'tokenizer.json'"],
    ['another name', { name: 'other' }, "name is 'other', the folder's is 'm'"],
    ['the version latest', { version: 'latest' }, '"latest" is an alias'],
    ['a file called __proto__', `{"name":"m","version":"3","task":"tensor","files":{"__proto__":{"sha256":"${'a'.repeat(64)}","bytes":1}},"variants":{"fp32":{"file":"__proto__"}}}`, "files does not list '__proto__'"],
    ['broken JSON', '{"name": "m",', 'cortex-model.json is not valid JSON'],
    ['more than 1 MiB', JSON.stringify({ ...manifest, description: 'x'.repeat(2 ** 20) }), 'the limit is 1 MiB'],
  ])('refuses %s and says where', async (_, differs, reason) => {
    await expect(read(differs)).rejects.toThrow(reason);
  });

  it('refuses another version than its folder is named by', async () => {
    await expect(read({}, { version: '2' })).rejects.toThrow("version is '3', the folder's is '2'");
  });

  it.each([
    ['listed nowhere', 'model.data', "files does not list 'model.data'"],
    ['above the folder', '../model.data', 'model.onnx takes weights from outside its folder'],
    ['anywhere on the machine', '/etc/hostname', 'model.onnx takes weights from outside its folder'],
  ])('refuses weights %s', async (_, externalData, reason) => {
    const outside = { 'model.onnx': onnxBytes({ externalData }) };
    await writeFiles(folder, { ...outside, '../model.data': 'x', 'model.data': 'x' });
    await expect(read({ files: { ...manifest.files, ...pinsOf(outside) } })).rejects.toThrow(reason);
  });

  it('refuses listed weights that are a link', async () => {
    const weights = { 'model.onnx': spread, 'model.data': 'secret' };
    await writeFiles(folder, { 'model.onnx': spread, '../secret': 'secret' });
    await symlink(join(root, 'secret'), join(folder, 'model.data'));
    await expect(read({ files: { ...manifest.files, ...pinsOf(weights) } })).rejects.toThrow('model.data is a link');
  });
});
