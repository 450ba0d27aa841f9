import { readdir, realpath } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import { basename, join } from 'node:path';
import { quote, systemCodeOf } from '@cortex/kernel';
import { readHuggingFaceLayout } from './hugging-face-layout';
import { findInstallation } from './installation';
import { MANIFEST_FILE } from './manifest';
import { readManifestLayout } from './manifest-layout';
import { ModelFiles, type FileKnowledge } from './model-files';
import { LATEST, NAME_PATTERN } from './model-reference';
import type { FolderIdentity, IndexEntry, ModelVersion, Origin } from './model-version';
import { RefusedError, reasonOf } from './refused.errors';
import { readTritonLayout } from './triton-layout';

/** A folder of models: `<name>/` or `<name>/<version>/`. */
export interface ModelRoot {
  readonly path: string;
  readonly origin: Origin;
}

/** Where a version lies: in a `folder` of its parent's, or, without one, in the model's own. */
interface VersionFolder {
  readonly files: ModelFiles;
  readonly parent: ModelFiles;
  readonly folder?: Dirent;
}

const ONLY_VERSION = '1';
const NAME_RULE = 'the folder\'s name has other characters than letters, digits, ".", "_", "-", or more than 128';

/** Everything that a folder of models holds; what cannot be served is listed with the reason. An absent folder holds nothing. */
export async function scanFolder(root: ModelRoot, knowledge: FileKnowledge): Promise<readonly IndexEntry[]> {
  try {
    const path = await realpath(root.path);
    const entries: IndexEntry[] = [];
    for (const folder of await foldersOf(path)) entries.push(...(await scanModel(path, folder, { origin: root.origin, knowledge })));
    return entries;
  } catch (error) {
    return systemCodeOf(error) === 'ENOENT' ? [] : [failed(basename(root.path), ONLY_VERSION, error)];
  }
}

async function scanModel(root: string, folder: Dirent, { origin, knowledge }: { origin: Origin; knowledge: FileKnowledge }): Promise<readonly IndexEntry[]> {
  const { name } = folder;
  try {
    refuseFolder(folder);
    const files = new ModelFiles(join(root, name), knowledge);
    if (isModelFolder(await files.names())) return [await scanVersion({ name, origin }, { files, parent: files })];

    const versions: IndexEntry[] = [];
    for (const version of await foldersOf(files.folder)) {
      const inner = new ModelFiles(join(files.folder, version.name), knowledge);
      versions.push(await scanVersion({ name, version: version.name, origin }, { files: inner, parent: files, folder: version }));
    }
    return versions.length > 0 ? versions : [failed(name, ONLY_VERSION, new RefusedError(nothingIn()))];
  } catch (error) {
    return [failed(name, ONLY_VERSION, error)];
  }
}

async function scanVersion(identity: FolderIdentity, { files, parent, folder }: VersionFolder): Promise<IndexEntry> {
  try {
    if (folder) refuseFolder(folder);
    if (identity.version === LATEST) throw new RefusedError(`"${LATEST}" is an alias and cannot be a version`);
    const model = await readVersion(identity, files, parent);
    return { name: model.name, version: model.version, state: 'available', model };
  } catch (error) {
    return failed(identity.name, identity.version ?? ONLY_VERSION, error);
  }
}

/** Reads a version's folder by the first layout that fits. What was installed is so by its mark, wherever it lies. @throws RefusedError */
export async function readVersion(given: FolderIdentity, files: ModelFiles, parent: ModelFiles): Promise<ModelVersion> {
  const installation = await findInstallation(files);
  const identity: FolderIdentity = installation ? { ...given, origin: 'installed' } : given;
  const model =
    (await readManifestLayout(files, identity)) ??
    (await readHuggingFaceLayout(files, identity)) ??
    (await readTritonLayout(files, identity, parent));
  if (model === undefined) throw new RefusedError(nothingIn());
  return installation ? { ...model, pins: model.pins ?? installation.files } : model;
}

/** Whether a model lies here itself, and not in a folder a version. */
export function isModelFolder(names: readonly string[]): boolean {
  return names.some((name) => name === MANIFEST_FILE || name === 'config.json' || name === 'onnx' || name.endsWith('.onnx'));
}

/** Links are kept, so that they are listed with the reason; plain files and hidden folders are nobody's model. */
async function foldersOf(path: string): Promise<readonly Dirent[]> {
  const found = await readdir(path, { withFileTypes: true });
  const folders = found.filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'));
  return folders.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function refuseFolder(folder: Dirent): void {
  if (folder.isSymbolicLink()) throw new RefusedError('the folder is a link');
  if (!NAME_PATTERN.test(folder.name)) throw new RefusedError(NAME_RULE);
}

function failed(name: string, version: string, error: unknown): IndexEntry {
  return { name: printable(name), version: printable(version), state: 'failed', reason: reasonOf(error) };
}

/** A folder's name for a list: nothing that moves a terminal's cursor. */
function printable(name: string): string {
  return quote(name.replace(/[^\x20-\x7e]/g, '?'), 128);
}

function nothingIn(): string {
  return `there is no ${MANIFEST_FILE}, no config.json and no model.onnx`;
}
