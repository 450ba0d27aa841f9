import type { Scope } from '../collections/scope';
import { matches } from '../filters/filter';
import type { DocumentRecord, DocumentState } from './document-record';
import { DocumentStore, type DocumentFilter } from './document-store.port';

/** Documents of one process, which end with it. */
export class MemoryDocumentStore extends DocumentStore {
  readonly #records = new Map<string, DocumentRecord>();

  async find(scope: Scope, ids: readonly string[]): Promise<DocumentRecord[]> {
    return structuredClone([...new Set(ids)].flatMap((id) => this.#records.get(keyOf({ ...scope, id })) ?? []));
  }

  async list(scope: Scope, { state, filter, after, limit }: DocumentFilter): Promise<DocumentRecord[]> {
    const isWanted = (record: DocumentRecord) =>
      (state === undefined || record.state === state) && (after === undefined || byCodePoint(record.id, after) > 0) && (filter === undefined || matches(filter, record.metadata));
    return structuredClone(this.#of(scope).filter(isWanted).sort((a, b) => byCodePoint(a.id, b.id)).slice(0, limit));
  }

  async count(scope: Scope): Promise<Partial<Record<DocumentState, number>>> {
    const counts: Partial<Record<DocumentState, number>> = {};
    for (const { state } of this.#of(scope)) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  }

  async store(records: readonly DocumentRecord[]): Promise<string[]> {
    return records.filter((record) => !this.#stored(record)).map(({ id }) => id);
  }

  async remove(scope: Scope, ids?: readonly string[]): Promise<void> {
    for (const id of ids ?? this.#of(scope).map(({ id }) => id)) this.#records.delete(keyOf({ ...scope, id }));
  }

  #of({ tenant, collection }: Scope): DocumentRecord[] {
    return [...this.#records.values()].filter((record) => record.tenant === tenant && record.collection === collection);
  }

  #stored(record: DocumentRecord): boolean {
    const revision = this.#records.get(keyOf(record))?.revision ?? 0;
    if (revision !== record.revision - 1) return false;
    this.#records.set(keyOf(record), structuredClone(record));
    return true;
  }
}

function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function keyOf({ tenant, collection, id }: Scope & { readonly id: string }): string {
  return JSON.stringify([tenant, collection, id]);
}
