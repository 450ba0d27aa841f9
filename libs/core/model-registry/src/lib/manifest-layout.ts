import { posix } from 'node:path';
import { quote } from '@cortex/kernel';
import type { Head } from '@cortex/inference';
import { MANIFEST_FILE, manifestSchema, type Manifest } from './manifest';
import { RELATIVE_PATH, type ModelFiles } from './model-files';
import { referenceFirst, type FilePin, type FolderIdentity, type ModelVersion, type Task, type Variant } from './model-version';
import { RefusedError } from './refused.errors';
import { onlyTags, type TokenHeads } from './token-heads';

const DEFAULT_MAX_TOKENS = 512;
const DEFAULT_POOLING: Record<Task, Head['pooling'] | undefined> = {
  embed: 'mean',
  rerank: 'none',
  classify: 'none',
  'token-classify': 'tokens',
  tensor: undefined,
  generate: undefined,
};

/** Reads a folder with a manifest; undefined where there is none. @throws RefusedError */
export async function readManifestLayout(files: ModelFiles, identity: FolderIdentity): Promise<ModelVersion | undefined> {
  const manifest = await files.findJson(MANIFEST_FILE, manifestSchema);
  if (manifest === undefined) return undefined;
  refuseOtherIdentity(manifest, identity);

  const pins = pinsOf(manifest);
  for (const pin of pins.values()) await files.expect(pin);
  const variants: Variant[] = [];
  for (const [variant, { file, ...claims }] of Object.entries(manifest.variants)) {
    variants.push({ name: variant, ...claims, ...(await readGraph(files, file, pins)) });
  }

  const { name, version, task, runtime, license, source, description, labels, multiLabel, dimensions, maxBatchRows, vocabularySize, tokenTypes, rows, languages } = manifest;
  const head = headOf(manifest);
  const tokenizerFile = await findTokenizer(files, pins, head);
  const maxTokens = manifest.maxTokens ?? (tokenizerFile ? DEFAULT_MAX_TOKENS : 0);
  return {
    name, version, task, runtime, folder: files.folder, origin: identity.origin,
    variants: referenceFirst(variants), pins: [...pins.values()],
    maxTokens, maxBatchRows, vocabularySize, head, labels, multiLabel, dimensions, heads: headsOf(manifest), tokenTypes, rows, languages, tokenizerFile, license, source, description,
  };
}

function refuseOtherIdentity(manifest: Manifest, { name, version = manifest.version }: FolderIdentity): void {
  if (manifest.name !== name) throw new RefusedError(`${MANIFEST_FILE}: name is '${quote(manifest.name)}', the folder's is '${name}'`);
  if (manifest.version !== version) throw new RefusedError(`${MANIFEST_FILE}: version is '${quote(manifest.version)}', the folder's is '${version}'`);
}

function pinsOf({ files }: Manifest): ReadonlyMap<string, FilePin> {
  return new Map(Object.entries(files).map(([path, { sha256, bytes }]) => [path, { path, sha256, bytes }]));
}

function pinned(pins: ReadonlyMap<string, FilePin>, path: string): FilePin {
  const pin = pins.get(path);
  if (pin === undefined) throw new RefusedError(`${MANIFEST_FILE}: files does not list '${quote(path)}'`);
  return pin;
}

async function readGraph(files: ModelFiles, path: string, pins: ReadonlyMap<string, FilePin>) {
  const { sha256 } = pinned(pins, path);
  const { path: file, bytes } = await files.get(path);
  const externalData: string[] = [];
  for (const location of await files.externalLocations(path)) {
    if (!RELATIVE_PATH.test(location)) throw new RefusedError(`${path} takes weights from outside its folder`);
    const pin = pinned(pins, posix.join(posix.dirname(path), location));
    externalData.push((await files.get(pin.path)).path);
  }
  return { file, bytes, sha256, externalData };
}

function headOf({ task, pooling, normalize, output }: Manifest): Head | undefined {
  const usual = DEFAULT_POOLING[task];
  return usual && { pooling: pooling ?? usual, normalize, output };
}

function headsOf({ task, heads, labels, tokenTypes, rows }: Manifest): TokenHeads | undefined {
  if (task === 'token-classify') return heads ?? (labels && onlyTags(labels));
  // Where nothing reads them, a model would answer without what it was trained with.
  const [field] = Object.entries({ heads, tokenTypes, rows }).find(([, value]) => value !== undefined) ?? [];
  if (field) throw new RefusedError(`${MANIFEST_FILE}: ${field} is for a model to token-classify, this one is to ${task}`);
  return undefined;
}

async function findTokenizer(files: ModelFiles, pins: ReadonlyMap<string, FilePin>, head: Head | undefined): Promise<string | undefined> {
  const tokenizer = await files.findTokenizer();
  if (tokenizer ?? head) pinned(pins, 'tokenizer.json');
  return tokenizer?.path;
}
