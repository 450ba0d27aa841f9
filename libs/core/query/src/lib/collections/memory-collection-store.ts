import { CollectionConflictError, CollectionExistsError } from '../query.errors';
import type { CollectionRecord } from './collection-record';
import { CollectionStore } from './collection-store.port';
import type { Scope } from './scope';

/** Collections of one process, which end with it. */
export class MemoryCollectionStore extends CollectionStore {
  readonly #records = new Map<string, CollectionRecord>();

  async insert(record: CollectionRecord): Promise<void> {
    if (this.#records.has(keyOf(record))) throw new CollectionExistsError(record.collection);
    this.#records.set(keyOf(record), structuredClone(record));
  }

  async find(scope: Scope): Promise<CollectionRecord | undefined> {
    return structuredClone(this.#records.get(keyOf(scope)));
  }

  async list(tenant?: string): Promise<CollectionRecord[]> {
    const records = [...this.#records.values()].filter((record) => tenant === undefined || record.tenant === tenant);
    return structuredClone(records.sort(byName));
  }

  async replace(record: CollectionRecord): Promise<void> {
    if (this.#records.get(keyOf(record))?.revision !== record.revision - 1) throw new CollectionConflictError(record.collection);
    this.#records.set(keyOf(record), structuredClone(record));
  }

  async remove(scope: Scope): Promise<void> {
    this.#records.delete(keyOf(scope));
  }
}

/** By code point, tenant by tenant. */
function byName(a: Scope, b: Scope): number {
  return Buffer.compare(Buffer.from(a.tenant), Buffer.from(b.tenant)) || Buffer.compare(Buffer.from(a.collection), Buffer.from(b.collection));
}

function keyOf({ tenant, collection }: Scope): string {
  return JSON.stringify([tenant, collection]);
}
