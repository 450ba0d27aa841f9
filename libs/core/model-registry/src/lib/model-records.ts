import { Line } from './line';
import type { ModelCatalog } from './model-catalog.port';
import { emptyRecord, type ModelRecord } from './model-record';
import { CatalogConflictError, CatalogDamagedError } from './registry.errors';

const MOST_ATTEMPTS = 5;
/** A flood of unknown names asks the catalogue no more than this at a time. */
const MOST_REREADS = 2;

/** The catalogue's records in memory: read on every request without I/O, stored before a change is seen. */
export class ModelRecords implements Disposable {
  readonly #records = new Map<string, ModelRecord>();
  /** By name; a damaged record is never overwritten. */
  readonly #damages = new Map<string, CatalogDamagedError>();
  /** By name: the end of its last change or reading, so that they come one after another. Gone when nothing is under way. */
  readonly #turns = new Map<string, Promise<void>>();
  /** By name; however many ask, one looks. */
  readonly #rereads = new Map<string, Promise<void>>();
  readonly #line = new Line(MOST_REREADS);
  readonly #listeners = new Set<(name: string) => void>();
  #opening: Promise<void> | undefined;
  #watch: Disposable | undefined;

  constructor(private readonly catalog: ModelCatalog) {}

  /** Reads all records, once, and follows what others change until it is disposed of. @throws CatalogUnavailableError */
  open(): Promise<void> {
    this.#opening ??= this.#readAll().catch((error: unknown) => {
      this.#opening = undefined; // the next call tries anew
      throw error;
    });
    return this.#opening;
  }

  /** What is kept of a model; an empty record of revision 0 where nothing is. */
  of(name: string): ModelRecord {
    return this.#records.get(name) ?? emptyRecord(name);
  }

  /** Why a model's record cannot be used; undefined where it can. */
  damageOf(name: string): CatalogDamagedError | undefined {
    return this.#damages.get(name);
  }

  /** Stores what `edit` makes of the record, which it may be asked anew when somebody else was first; the same record changes nothing. @throws what `edit` and the catalogue throw */
  async change(name: string, edit: (record: ModelRecord) => ModelRecord): Promise<ModelRecord> {
    await this.open();
    return this.#inTurn(name, () => this.#store(name, edit));
  }

  /** Looks for what somebody else changed of a model before the watch says so, a few models at a time. @throws CatalogUnavailableError */
  reread(name: string): Promise<void> {
    const underWay = this.#rereads.get(name) ?? this.#line.run(() => this.#inTurn(name, () => this.#read(name))).finally(() => this.#rereads.delete(name));
    this.#rereads.set(name, underWay);
    return underWay;
  }

  /** Every kept record. */
  all(): Iterable<ModelRecord> {
    return this.#records.values();
  }

  /** Calls back after each change, with the model's name, until it is disposed of. */
  onChange(listener: (name: string) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  [Symbol.dispose](): void {
    this.#watch?.[Symbol.dispose]();
  }

  async #readAll(): Promise<void> {
    this.#watch ??= this.catalog.watch((name) => this.#inTurn(name, () => this.#read(name)));
    for (const name of await this.catalog.names()) await this.#inTurn(name, () => this.#read(name));
  }

  async #store(name: string, edit: (record: ModelRecord) => ModelRecord): Promise<ModelRecord> {
    for (let attempt = 1; ; attempt += 1) {
      const damage = this.#damages.get(name);
      if (damage) throw damage;
      const before = this.of(name);
      const edited = edit(before);
      if (edited === before) return before;
      try {
        const after = { ...edited, name, revision: before.revision + 1 };
        await this.catalog.store(after);
        this.#keep(name, after);
        return after;
      } catch (error) {
        if (!(error instanceof CatalogConflictError) || attempt === MOST_ATTEMPTS) throw error;
      }
      await this.#read(name);
    }
  }

  async #read(name: string): Promise<void> {
    try {
      this.#keep(name, await this.catalog.find(name));
    } catch (error) {
      if (!(error instanceof CatalogDamagedError)) throw error;
      this.#keep(name, undefined);
      this.#damages.set(name, error);
    }
  }

  #keep(name: string, record: ModelRecord | undefined): void {
    this.#damages.delete(name);
    if (record) this.#records.set(name, record);
    else this.#records.delete(name);
    for (const listener of this.#listeners) listener(name);
  }

  async #inTurn<T>(name: string, task: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(task);
    const end = turn.then(ignore, ignore); // the caller hears of a failure; the next one need not
    this.#turns.set(name, end);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(name) === end) this.#turns.delete(name);
    }
  }
}

function ignore(): void {
  return undefined;
}
