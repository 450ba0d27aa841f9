import type { KeyRecord } from './key-record';

/** All keys, and the number of the state they are in: another after every change. */
export interface KeySnapshot {
  readonly revision: number;
  readonly records: readonly KeyRecord[];
}

/** Who is told of changes. Neither may throw. */
export interface KeyWatcher {
  readonly changed: (keys: KeySnapshot) => void;
  /** The keys cannot be read now; said once for each cause. What was told last still holds. */
  readonly failed: (error: unknown) => void;
}

/**
 * Keeps key records, one revision over all of them: they are few and change rarely, and rules over several keys (the last
 * admin, the limit) need one. Deliberately not in it: those rules, the keys themselves, and a search by digest.
 */
export abstract class KeyStore {
  /** @throws KeyStoreError when they cannot be read */
  abstract read(): Promise<KeySnapshot>;
  /** Adds the record, or replaces the one with its id. @throws KeyConflictError unless `revision` is still the current one */
  abstract store(record: KeyRecord, revision: number): Promise<KeySnapshot>;
  /** Forgets a record; one that is absent already is no mistake. @throws KeyConflictError unless `revision` is still the current one */
  abstract remove(id: string, revision: number): Promise<KeySnapshot>;
  /** Tells the keys as they are, then after every change: own ones before `store` and `remove` return, others' within a second. */
  abstract watch(watcher: KeyWatcher): Disposable;
}
