import type { ModelRecord } from './model-record';

/**
 * Keeps what the registry knows of models beside their files: aliases, rollouts, gates, pins, history. Small, read at start
 * and on change. Deliberately not in it: the files, and what is loaded.
 */
export abstract class ModelCatalog {
  /** Of all records, damaged ones too. */
  abstract names(): Promise<readonly string[]>;
  /** Undefined where there is none. @throws CatalogDamagedError for a record that cannot be read; it is never overwritten */
  abstract find(name: string): Promise<ModelRecord | undefined>;
  /** Atomic: stores the record if the kept one has the revision before it (0: none is kept). @throws CatalogConflictError, CatalogDamagedError */
  abstract store(record: ModelRecord): Promise<void>;
  /** Atomic, for a record of that revision. @throws CatalogConflictError, CatalogDamagedError */
  abstract remove(name: string, revision: number): Promise<void>;
  /** Calls back, within a second, with the name of every record that somebody else changed, until it is disposed of; again where that throws. */
  abstract watch(onChange: (name: string) => void | Promise<void>): Disposable;
}
