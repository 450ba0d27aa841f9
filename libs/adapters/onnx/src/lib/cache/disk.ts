import { access, constants, statfs, utimes } from 'node:fs/promises';

/** What the cache asks of the disk beside reading and writing; a value, so that specs can have one that is full or read-only. */
export interface Disk {
  /** Notes the use of a file. */
  readonly touch: (file: string) => Promise<void>;
  readonly freeBytes: (folder: string) => Promise<number>;
}

export const DISK: Disk = {
  async touch(file) {
    const now = new Date();
    await utimes(file, now, now);
  },
  async freeBytes(folder) {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
};

export async function isReadable(file: string): Promise<boolean> {
  return access(file, constants.R_OK).then(() => true, () => false);
}
