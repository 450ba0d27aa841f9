import { hash, randomBytes } from 'node:crypto';

/** A key must survive a header unchanged: visible ASCII, no spaces. */
export const KEY_PATTERN = /^[\x21-\x7e]+$/;

/** `ctx_` and 256 random bits. Whoever calls it shows it once and keeps the digest. */
export function newKey(): string {
  return `ctx_${randomBytes(32).toString('base64url')}`;
}

/** SHA-256 of the whole key, in hex: all that is ever kept of it, beside its prefix. */
export function digestOf(key: string): string {
  return hash('sha256', key, 'hex');
}

/** The first 8 characters: enough to recognise a key, 232 random bits short of guessing it. */
export function prefixOf(key: string): string {
  return key.slice(0, 8);
}
