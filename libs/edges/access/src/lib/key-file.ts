import { randomBytes } from 'node:crypto';
import { constants, link, mkdir, open, unlink, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KEY_PATTERN, newKey } from '@cortex/identity';
import { systemCodeOf } from '@cortex/kernel';
import { KeyFileError } from './access.errors';

/** A key is far shorter; a larger file is something else. */
const MAX_BYTES = 4096;
/** Never through a link, and never waiting for the other end of a pipe. */
const SAFE_READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The key in this file, which is made when there is none (mode 0600, its new folder 0700). Processes that start at once
 * end with the same key. A mode that lets others read is tightened.
 * @throws KeyFileError for a link, something other than a plain file, a file without a key, a mode that cannot be tightened
 */
export async function openKeyFile(path: string): Promise<string> {
  const existing = await readKey(path);
  if (existing !== undefined) return existing;

  await makeKey(path);
  const made = await readKey(path);
  if (made === undefined) throw new KeyFileError(path, 'vanished while it was made');
  return made;
}

/** The whole key appears under its name at once, or somebody else's is there already; it is never replaced. */
async function makeKey(path: string): Promise<void> {
  const draft = `${path}.${process.pid}-${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeDraft(draft);
    await link(draft, path).catch(unlessCode('EEXIST'));
  } catch (error) {
    throw new KeyFileError(path, `cannot be made (${systemCodeOf(error) ?? 'unknown error'})`, { cause: error });
  } finally {
    await unlink(draft).catch(unlessCode('ENOENT'));
  }
}

async function writeDraft(draft: string): Promise<void> {
  await using file = await open(draft, 'wx', 0o600);
  await file.writeFile(`${newKey()}\n`);
  await file.sync();
}

/** Undefined when there is no such file. */
async function readKey(path: string): Promise<string | undefined> {
  const handle = await openForReading(path);
  if (!handle) return undefined;

  await using file = handle;
  await requirePlainAndPrivate(path, file);
  const key = (await file.readFile('utf8')).trim();
  if (!KEY_PATTERN.test(key)) throw new KeyFileError(path, 'holds no key: delete it and a new one is made');
  return key;
}

async function openForReading(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, SAFE_READ);
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'ENOENT') return undefined;
    throw new KeyFileError(path, code === 'ELOOP' ? 'is a link, which is not followed' : `cannot be read (${code ?? 'unknown error'})`, { cause: error });
  }
}

async function requirePlainAndPrivate(path: string, file: FileHandle): Promise<void> {
  const stat = await file.stat();
  if (!stat.isFile()) throw new KeyFileError(path, 'is not a plain file');
  if (stat.size > MAX_BYTES) throw new KeyFileError(path, `has ${stat.size} bytes, more than ${MAX_BYTES}: it is not a key`);
  if ((stat.mode & 0o077) === 0) return;
  await file.chmod(0o600).catch((cause: unknown) => {
    throw new KeyFileError(path, `can be read by others (mode ${(stat.mode & 0o777).toString(8)}) and is not ours to change`, { cause });
  });
}

function unlessCode(accepted: string): (error: unknown) => void {
  return (error) => {
    if (systemCodeOf(error) !== accepted) throw error;
  };
}
