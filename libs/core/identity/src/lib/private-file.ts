import { constants, type BigIntStats } from 'node:fs';
import { mkdir, open, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { syncFolder, systemCodeOf } from '@cortex/kernel';
import { KeyStoreError } from './identity.errors';

/** A thousand keys take about 1 MB. */
const MAX_BYTES = 64_000_000;
/** Never through a link, and never waiting for the other end of a pipe. */
const SAFE_READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** A change takes milliseconds: a draft this old was left by a process that died. */
const ABANDONED_MS = 10_000;
/** How long another process's change is waited for. */
const WAIT_MS = 2_000;
const PAUSE_MS = 5;

/** The text of a plain file that only its owner can read; undefined when there is none. A looser mode is tightened. @throws KeyStoreError */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  try {
    await using file = await open(path, SAFE_READ);
    const { size, mode } = await plainStat(path, file);
    if (size > MAX_BYTES) throw new KeyStoreError(`the key file '${basename(path)}' has ${size} bytes, more than ${MAX_BYTES}`);
    if (mode & 0o077n) await file.chmod(0o600);
    return await file.readFile('utf8');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw storeError(path, error, systemCodeOf(error) === 'ELOOP' ? 'is a link, which is not followed' : 'cannot be read');
  }
}

/** Changes whenever the file is replaced or written; `none` when there is none, the system's code when it cannot be told. */
export async function identityOf(path: string): Promise<string> {
  try {
    return identity(await stat(path, { bigint: true }));
  } catch (error) {
    const code = systemCodeOf(error);
    return code === undefined || code === 'ENOENT' ? 'none' : code;
  }
}

/**
 * Replaces a file by what `produce` makes, one process at a time: the draft beside it is the lock. A crash leaves the old
 * file or the new one, whole. Gives the new file's identity, or undefined when it was taken for dead meanwhile and nothing changed.
 * @throws KeyStoreError, and what `produce` throws
 */
export async function replaceFile(path: string, produce: () => Promise<string>): Promise<string | undefined> {
  const draft = `${path}.next`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await using file = await openDraft(draft);
    const published = await publish({ file, draft, path }, produce);
    await syncFolder(dirname(path));
    return published;
  } catch (error) {
    throw storeError(path, error, 'cannot be written');
  }
}

async function publish({ file, draft, path }: { readonly file: FileHandle; readonly draft: string; readonly path: string }, produce: () => Promise<string>): Promise<string | undefined> {
  try {
    await file.writeFile(await produce());
    await file.sync();
    const written = identity(await file.stat({ bigint: true }));
    if ((await identityOf(draft)) !== written) return undefined;
    await rename(draft, path);
    return written;
  } catch (error) {
    await unlink(draft).catch(unlessAbsent);
    throw error;
  }
}

/** Waits until nobody else is changing the file. */
async function openDraft(draft: string): Promise<FileHandle> {
  for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
    try {
      return await open(draft, 'wx', 0o600);
    } catch (error) {
      if (systemCodeOf(error) !== 'EEXIST' || waitedMs >= WAIT_MS) throw error;
    }
    await removeAbandoned(draft);
    await wait(PAUSE_MS);
  }
}

async function removeAbandoned(draft: string): Promise<void> {
  try {
    const { mtimeMs } = await stat(draft);
    if (Date.now() - mtimeMs > ABANDONED_MS) await unlink(draft);
  } catch (error) {
    unlessAbsent(error);
  }
}

async function plainStat(path: string, file: FileHandle): Promise<BigIntStats> {
  const stats = await file.stat({ bigint: true });
  if (!stats.isFile()) throw new KeyStoreError(`the key file '${basename(path)}' is not a plain file`);
  return stats;
}

function identity({ ino, mtimeNs, size }: BigIntStats): string {
  return `${ino}/${mtimeNs}/${size}`;
}

function unlessAbsent(error: unknown): void {
  if (systemCodeOf(error) !== 'ENOENT') throw error;
}

/** What has a system's code becomes a KeyStoreError, the rest speaks for itself. */
function storeError(path: string, error: unknown, problem: string): unknown {
  const code = systemCodeOf(error);
  return code !== undefined ? new KeyStoreError(`the key file '${basename(path)}' ${problem} (${code})`, { cause: error }) : error;
}
