import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findInstallation } from '../installation';
import { FileKnowledge, ModelFiles } from '../model-files';
import type { FilePin, ModelVersion } from '../model-version';
import { isTakenAlone } from '../sources/allowed-files';

/** Triton keeps it beside its version folders. */
const TRITON_CONFIG = 'config.pbtxt';

/** A file of a version, and where it lies here. */
export interface VersionFile extends FilePin {
  /** Absolute. */
  readonly at: string;
}

/** Every file of a version that was pulled, uploaded or brought; undefined for what the operator put there. @throws RefusedError when its mark cannot be read */
export async function installedFiles({ folder }: ModelVersion): Promise<readonly VersionFile[] | undefined> {
  const installation = await findInstallation(new ModelFiles(folder, new FileKnowledge()));
  return installation?.files.map((file) => ({ ...file, at: join(folder, file.path) }));
}

/** What another server needs of an operator's folder, hashed: what its graphs take, and the small files beside them. @throws RefusedError */
export async function filesOfFolder({ folder, variants }: ModelVersion): Promise<readonly VersionFile[]> {
  const files = new ModelFiles(folder, new FileKnowledge());
  const used = new Set(variants.flatMap(({ file, externalData }) => [file, ...externalData]).map((path) => files.relative(path)));
  const found: VersionFile[] = [];
  for (const path of await plainFilesIn(files)) if (used.has(path) || isTakenAlone(path)) found.push({ ...(await files.pin(path)), at: join(folder, path) });
  const parent = new ModelFiles(dirname(folder), new FileKnowledge());
  const isTriton = variants.length === 1 && (await files.find(TRITON_CONFIG)) === undefined && (await parent.find(TRITON_CONFIG)) !== undefined;
  return isTriton ? [...found, { ...(await parent.pin(TRITON_CONFIG)), at: join(parent.folder, TRITON_CONFIG) }] : found;
}

/** A file's bytes; it is opened when the first one is asked for. */
export async function* contentOf({ at }: VersionFile): AsyncGenerator<Uint8Array> {
  yield* createReadStream(at, { highWaterMark: 1 << 18 });
}

/** Neither links nor empty ones, relative, sorted. */
async function plainFilesIn(files: ModelFiles): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const entry of await readdir(files.folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await stat(path)).size > 0) paths.push(files.relative(path));
  }
  return paths.sort();
}
