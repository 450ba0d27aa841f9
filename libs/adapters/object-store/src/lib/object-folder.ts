import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, realpath, rename, rm, rmdir, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCodeOf } from '@cortex/kernel';
import { ObjectStoreRefusedError } from '@cortex/objects';
import { ifThere } from './file-failure';
import { SharedSyncs } from './shared-syncs';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
/** A pipe that somebody put there must not hang whoever opens it. */
const READ_FLAGS = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
const MOST_MOVES = 5;
const MOST_FOLDERS = 1_000;

/** A name in a folder, as keys are ordered: a folder stands for what is in it. */
export interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** A folder in which keys are paths. Everything in it is reached by its own real path, through no link. */
export class ObjectFolder {
  /** Folders whose way from the root survives a loss of power, as long as nobody removes them. */
  readonly #settled = new Set<string>();
  readonly #syncs = new SharedSyncs();

  private constructor(private readonly root: string) {}

  /** Makes it where there is none, for this user alone. The folder itself may be reached through a link. */
  static async at(path: string): Promise<ObjectFolder> {
    await mkdir(path, { recursive: true, mode: 0o700 });
    return new ObjectFolder(await realpath(path));
  }

  /** The key's file, if it is a plain one. */
  async open(key: string): Promise<FileHandle | undefined> {
    const path = this.#pathOf(key);
    if ((await ifThere(realpath(path))) !== path) return undefined;
    const file = await ifThere(open(path, READ_FLAGS));
    if (file === undefined || (await file.stat()).isFile()) return file;
    await file.close();
    return undefined;
  }

  /** Puts a file that lies elsewhere on the same disk in the key's place; after that it survives a loss of power. */
  async moveIn(file: string, key: string): Promise<void> {
    const path = this.#pathOf(key);
    const folder = dirname(path);
    let isNew = false;
    for (let attempt = 1; ; attempt += 1) {
      let real = await ifThere(realpath(folder));
      if (real === undefined) {
        if ((await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined) isNew = true;
        real = await realpath(folder);
      }
      if (real !== folder) throw new ObjectStoreRefusedError('there is a link in its folder');
      try {
        await rename(file, path);
        break;
      } catch (error) {
        // A removal took the folder away again.
        if (systemCodeOf(error) !== 'ENOENT' || attempt === MOST_MOVES) throw error;
      }
    }
    if (!isNew && this.#settled.has(folder)) return this.#syncs.sync(folder);
    await this.#settle(path, folder);
  }

  async #settle(path: string, folder: string): Promise<void> {
    for (const above of this.#foldersAbove(path)) await this.#syncs.sync(above);
    if (this.#settled.size >= MOST_FOLDERS) this.#settled.clear();
    this.#settled.add(folder);
  }

  /** The key's file goes, and every folder that has become empty. */
  async remove(key: string): Promise<void> {
    const path = this.#pathOf(key);
    const found = (await ifThere(realpath(dirname(path)))) === dirname(path) && (await ifThere(lstat(path)));
    if (!found || found.isDirectory()) return;
    await rm(path, { force: true });
    await this.#prune(path);
  }

  /** What lies in a folder (``, or ending in `/`), in the order of the keys below it; links and the like are passed by. */
  async entries(folder: string): Promise<readonly Entry[]> {
    const path = join(this.root, folder);
    if ((await ifThere(realpath(path))) !== path.replace(/(?<=.)\/$/, '')) return [];
    const found = (await ifThere(readdir(path, { withFileTypes: true }))) ?? [];
    const entries = found.filter((entry) => entry.isFile() || entry.isDirectory()).map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
    return entries.sort((a, b) => (sortKeyOf(a) < sortKeyOf(b) ? -1 : 1));
  }

  async #prune(path: string): Promise<void> {
    for (const folder of this.#foldersAbove(path)) {
      if (folder === this.root || !(await isRemoved(folder))) return;
    }
  }

  /** From the nearest one up to the root. */
  *#foldersAbove(path: string): Generator<string> {
    for (let folder = dirname(path); folder.length >= this.root.length; folder = dirname(folder)) yield folder;
  }

  #pathOf(key: string): string {
    return join(this.root, key);
  }
}

function sortKeyOf({ name, isFolder }: Entry): string {
  return isFolder ? `${name}/` : name;
}

/** Somebody else may have put something there, or have removed it. */
async function isRemoved(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(systemCodeOf(error) ?? '')) throw error;
    return false;
  }
}
