import { ObjectKeyError } from './objects.errors';

const KEY = /^[A-Za-z0-9._=@+-]+(?:\/[A-Za-z0-9._=@+-]+)*$/;
const MOST_BYTES = 900;
/** A file system's 255, less what a store may put beside it. */
const MOST_PART_BYTES = 200;

/** Whether every store takes it: in a file system it stays inside its folder. */
export function isKey(key: string): boolean {
  const isBad = (part: string) => part === '.' || part === '..' || part.length > MOST_PART_BYTES;
  return key.length <= MOST_BYTES && KEY.test(key) && !key.split('/').some(isBad);
}

/** The key itself, when it is one. @throws ObjectKeyError */
export function checkedKey(key: string): string {
  if (!isKey(key)) throw new ObjectKeyError(key);
  return key;
}

/** The prefix itself, when a key can begin with it; all do with the empty one. @throws ObjectKeyError */
export function checkedPrefix(prefix: string): string {
  if (prefix !== '') checkedKey(prefix.endsWith('/') ? `${prefix}x` : prefix);
  return prefix;
}
