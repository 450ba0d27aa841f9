import { open } from 'node:fs/promises';

/** Waits until the names in a folder are on the disk: a file's new name survives a loss of power only then. */
export async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r');
  await folder.sync();
}
