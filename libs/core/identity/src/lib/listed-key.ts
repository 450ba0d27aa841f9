import { stateOf, type KeyRecord, type KeyState } from './key-record';

/** A key as it is shown: all that is known of it but its digests. */
export interface ListedKey extends Omit<KeyRecord, 'digests'> {
  readonly state: KeyState;
  /** Until when the key before the last rotation still works; absent when none does. */
  readonly previousEndsAt?: number;
}

/** A new key. This is the only time it is shown. */
export interface IssuedKey {
  readonly key: string;
  readonly listed: ListedKey;
}

/** The record as it may be shown at this time of the wall clock. */
export function listedKey({ digests, ...shown }: KeyRecord, nowMs: number): ListedKey {
  const endsAt = digests[1]?.endsAt;
  const state = stateOf(shown, nowMs);
  return { ...shown, state, ...(state === 'active' && endsAt !== undefined && endsAt > nowMs && { previousEndsAt: endsAt }) };
}
