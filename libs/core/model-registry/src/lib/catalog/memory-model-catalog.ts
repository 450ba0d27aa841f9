import { ModelCatalog } from '../model-catalog.port';
import type { ModelRecord } from '../model-record';
import { CatalogConflictError } from '../registry.errors';

type Watcher = (name: string) => void | Promise<void>;

interface Shelf {
  readonly records: Map<string, ModelRecord>;
  /** Whoever looks at the shelf, each with its watchers. */
  readonly watchers: Map<MemoryModelCatalog, Set<Watcher>>;
}

/** Records that end with the process. */
export class MemoryModelCatalog extends ModelCatalog {
  constructor(private readonly shelf: Shelf = { records: new Map(), watchers: new Map() }) {
    super();
  }

  /** A second door to the same records, as another process has one. */
  another(): MemoryModelCatalog {
    return new MemoryModelCatalog(this.shelf);
  }

  async names(): Promise<readonly string[]> {
    return [...this.shelf.records.keys()].sort();
  }

  async find(name: string): Promise<ModelRecord | undefined> {
    return structuredClone(this.shelf.records.get(name));
  }

  async store(record: ModelRecord): Promise<void> {
    this.#expect(record.name, record.revision - 1);
    this.shelf.records.set(record.name, structuredClone(record));
    this.#tell(record.name);
  }

  async remove(name: string, revision: number): Promise<void> {
    this.#expect(name, revision);
    this.shelf.records.delete(name);
    this.#tell(name);
  }

  watch(onChange: Watcher): Disposable {
    const own = this.shelf.watchers.get(this) ?? new Set();
    this.shelf.watchers.set(this, own.add(onChange));
    return { [Symbol.dispose]: () => void own.delete(onChange) };
  }

  #expect(name: string, revision: number): void {
    const kept = this.shelf.records.get(name)?.revision ?? 0;
    if (kept !== revision) throw new CatalogConflictError(name, revision, kept);
  }

  #tell(name: string): void {
    for (const [door, watchers] of this.shelf.watchers) {
      if (door !== this) for (const watcher of watchers) queueMicrotask(() => void watcher(name));
    }
  }
}
