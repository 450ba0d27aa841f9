import { CortexError, systemCodeOf } from '@cortex/kernel';
import { ObjectConflictError, ObjectStoreFullError, ObjectStoreRefusedError, ObjectStoreUnavailableError } from '@cortex/objects';

const FULL = ['ENOSPC', 'EDQUOT'];
const TAKEN = ['ENOTDIR', 'EISDIR', 'EEXIST', 'ENOTEMPTY'];
const REFUSED = ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ELOOP', 'ENAMETOOLONG'];
const ABSENT = ['ENOENT', 'ENOTDIR', 'ELOOP'];

/** What the system says of a key's file, in the words of the port and without a path. */
export async function reaching<T>(key: string, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    throw failureOf(key, error);
  }
}

/** Undefined for what is not there. */
export async function ifThere<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (!ABSENT.includes(systemCodeOf(error) ?? '')) throw error;
    return undefined;
  }
}

/** What the system says of the store's own folder. */
export function unusable(error: unknown): unknown {
  const code = systemCodeOf(error);
  return code === undefined || FULL.includes(code) ? error : new ObjectStoreRefusedError(`its folder cannot be used (${code})`, error);
}

function failureOf(key: string, error: unknown): unknown {
  const code = systemCodeOf(error);
  if (error instanceof CortexError || code === undefined) return error;
  if (FULL.includes(code)) return new ObjectStoreFullError(error);
  if (TAKEN.includes(code)) return new ObjectConflictError(key);
  if (REFUSED.includes(code)) return unusable(error);
  return new ObjectStoreUnavailableError(error);
}
