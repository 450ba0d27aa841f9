import { randomUUID } from 'node:crypto';
import { open, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

export interface FolderLimits {
  readonly maxFiles: number;
  readonly maxBytes: number;
}

/** Files that can be made again. The least recently used go when it is full; a file is there whole or not at all. */
export class BoundedFolder {
  constructor(private readonly path: string, private readonly limits: FolderLimits) {}

  /** The file's path, its use noted; undefined when it is not there. */
  async find(name: string): Promise<string | undefined> {
    const file = join(this.path, name);
    const now = new Date();
    try {
      await utimes(file, now, now);
      return file;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Keeps what `write` puts into the file it is given. */
  async keep(name: string, write: (file: string) => Promise<void>): Promise<string> {
    await mkdir(this.path, { recursive: true });
    const draft = join(this.path, `${name}.${randomUUID()}.draft`);
    try {
      await write(draft);
      await flush(draft);
      await rename(draft, join(this.path, name));
    } finally {
      await rm(draft, { force: true });
    }
    await this.#makeRoom(name);
    return join(this.path, name);
  }

  async #makeRoom(kept: string): Promise<void> {
    const files = (await this.#files()).filter(({ name }) => name !== kept).sort((a, b) => b.usedMs - a.usedMs);
    let bytes = (await stat(join(this.path, kept))).size;
    for (const [index, file] of files.entries()) {
      bytes += file.bytes;
      if (index + 1 >= this.limits.maxFiles || bytes > this.limits.maxBytes) await rm(file.path, { force: true });
    }
  }

  async #files(): Promise<{ name: string; path: string; bytes: number; usedMs: number }[]> {
    const names = await readdir(this.path);
    const found = await Promise.all(names.map(async (name) => {
      const path = join(this.path, name);
      const entry = await stat(path).catch(() => undefined); // gone meanwhile
      return entry?.isFile() ? [{ name, path, bytes: entry.size, usedMs: entry.mtimeMs }] : [];
    }));
    return found.flat();
  }
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

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
