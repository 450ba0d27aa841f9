import { randomUUID } from 'node:crypto';
import { open, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '@cortex/kernel';
import { DISK, isReadable, type Disk } from './disk';
import { DiskFullError } from './disk-trouble';

export interface FolderLimits {
  readonly maxFiles: number;
  readonly maxBytes: number;
}

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly usedMs: number;
}

const DRAFT = '.draft';
/** Nobody writes one file for so long: a draft that is older was left by a process that was killed. */
const DRAFT_LIFE_MS = 3_600_000;
/** With less than this free, a write that failed failed for want of room; the native library does not say so itself. */
const FULL_BELOW_BYTES = 2 ** 20;

/** Files that can be made again, shared by any number of processes. The least recently used go when it is full; a file is there whole or not at all. */
export class BoundedFolder {
  constructor(private readonly path: string, private readonly limits: FolderLimits, private readonly disk: Disk = DISK) {}

  /** The file's path, its use noted where that is allowed; undefined when it is not there. */
  async find(name: string): Promise<string | undefined> {
    const file = join(this.path, name);
    try {
      await this.disk.touch(file);
      return file;
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return undefined;
      if (await isReadable(file)) return file; // a folder that may only be read serves as well
      throw error;
    }
  }

  /** Keeps what `write` puts into the file it is given. @throws DiskFullError, or what `write` threw */
  async keep(name: string, write: (file: string) => Promise<void>): Promise<string> {
    await mkdir(this.path, { recursive: true });
    await this.#sweepDrafts();
    const draft = join(this.path, `${name}.${randomUUID()}${DRAFT}`);
    try {
      await write(draft);
      await flush(draft);
      await rename(draft, join(this.path, name));
    } catch (error) {
      throw (await this.disk.freeBytes(this.path)) < FULL_BELOW_BYTES ? new DiskFullError(error) : error;
    } finally {
      await rm(draft, { force: true });
    }
    await this.#makeRoom(name);
    return join(this.path, name);
  }

  async #sweepDrafts(): Promise<void> {
    const abandonedMs = Date.now() - DRAFT_LIFE_MS;
    const drafts = (await this.#entries(isDraft)).filter(({ usedMs }) => usedMs < abandonedMs);
    for (const { path } of drafts) await rm(path, { force: true });
  }

  /** Drafts stay: another process may be writing them. */
  async #makeRoom(kept: string): Promise<void> {
    const files = (await this.#entries((name) => name !== kept && !isDraft(name))).sort((a, b) => b.usedMs - a.usedMs);
    let bytes = (await stat(join(this.path, kept))).size;
    for (const [index, file] of files.entries()) {
      bytes += file.bytes;
      if (index + 1 >= this.limits.maxFiles || bytes > this.limits.maxBytes) await rm(file.path, { force: true });
    }
  }

  async #entries(isMeant: (name: string) => boolean): Promise<Entry[]> {
    const names = (await readdir(this.path)).filter(isMeant);
    const found = await Promise.all(names.map(async (name) => {
      const path = join(this.path, name);
      const entry = await stat(path).catch(() => undefined); // gone meanwhile
      return entry?.isFile() ? [{ name, path, bytes: entry.size, usedMs: entry.mtimeMs }] : [];
    }));
    return found.flat();
  }
}

function isDraft(name: string): boolean {
  return name.endsWith(DRAFT);
}

/** A rename may reach the disk before the data: without this a power cut leaves a hollow file under a good name. */
async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
