import { hash } from 'node:crypto';
import type { Principal } from './principal';

/** A key as it is kept: whom it stands for and its SHA-256, never the key itself. */
export interface KeyRecord {
  readonly principal: Principal;
  /** SHA-256 of the whole key, 32 bytes. */
  readonly digest: Uint8Array;
}

/** A key must survive a header unchanged: visible ASCII, no spaces. */
export const KEY_PATTERN = /^[\x21-\x7e]+$/;

export function digestOf(key: string): Uint8Array {
  return hash('sha256', key, 'buffer');
}

/** Keeps the digest and forgets the key. */
export function keyRecord(key: string, principal: Principal): KeyRecord {
  return { principal, digest: digestOf(key) };
}
