import { KeyConflictError } from './identity.errors';
import type { KeyRecord } from './key-record';
import { KeyStore, type KeySnapshot, type KeyWatcher } from './key-store.port';
import { withoutRecord, withRecord } from './records';

/** Keys for as long as the process lives: for specs, and for services that give keys out anew at each start. */
export class MemoryKeyStore extends KeyStore {
  #keys: KeySnapshot = { revision: 0, records: [] };
  readonly #watchers = new Set<KeyWatcher>();

  async read(): Promise<KeySnapshot> {
    return this.#keys;
  }

  async store(record: KeyRecord, revision: number): Promise<KeySnapshot> {
    return this.#change(revision, withRecord(this.#keys.records, record));
  }

  async remove(id: string, revision: number): Promise<KeySnapshot> {
    return this.#change(revision, withoutRecord(this.#keys.records, id));
  }

  watch(watcher: KeyWatcher): Disposable {
    this.#watchers.add(watcher);
    watcher.changed(this.#keys);
    return { [Symbol.dispose]: () => void this.#watchers.delete(watcher) };
  }

  #change(revision: number, records: readonly KeyRecord[]): KeySnapshot {
    if (revision !== this.#keys.revision) throw new KeyConflictError(revision, this.#keys.revision);
    this.#keys = { revision: revision + 1, records };
    for (const { changed } of this.#watchers) changed(this.#keys);
    return this.#keys;
  }
}
