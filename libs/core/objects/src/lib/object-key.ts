import { ObjectKeyError } from './objects.errors';

const KEY = /^[A-Za-z0-9._=@+-]+(?:\/[A-Za-z0-9._=@+-]+)*$/;
const MOST_BYTES = 900;

/** The key itself, when every store takes it: in a file system it stays inside its folder. @throws ObjectKeyError */
export function checkedKey(key: string): string {
  const parts = key.split('/');
  if (key.length > MOST_BYTES || !KEY.test(key) || parts.includes('.') || parts.includes('..')) throw new ObjectKeyError(key);
  return key;
}
