import { digestOf, type Principal } from '@cortex/identity';

/** A key that is there from the start, beside those of a store: whom it stands for and its digest, never the key itself. */
export interface StandingKey {
  readonly principal: Principal;
  /** SHA-256 of the whole key, hex. */
  readonly sha256: string;
}

/** Keeps the digest and forgets the key. */
export function standingKey(key: string, principal: Principal): StandingKey {
  return { principal, sha256: digestOf(key) };
}
