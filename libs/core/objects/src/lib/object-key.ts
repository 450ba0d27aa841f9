import { ObjectKeyError } from './objects.errors';

const KEY = /^[A-Za-z0-9._=@+-]+(?:\/[A-Za-z0-9._=@+-]+)*$/;
const MOST_BYTES = 900;
/** A file system's 255, less what a store may put beside it. */
const MOST_PART_BYTES = 200;

/** The key itself, when every store takes it: in a file system it stays inside its folder. @throws ObjectKeyError */
export function checkedKey(key: string): string {
  const parts = key.split('/');
  const isBad = (part: string) => part === '.' || part === '..' || part.length > MOST_PART_BYTES;
  if (key.length > MOST_BYTES || !KEY.test(key) || parts.some(isBad)) throw new ObjectKeyError(key);
  return key;
}

/** The prefix itself, when a key can begin with it; all do with the empty one. @throws ObjectKeyError */
export function checkedPrefix(prefix: string): string {
  if (prefix !== '') checkedKey(prefix.endsWith('/') ? `${prefix}x` : prefix);
  return prefix;
}
