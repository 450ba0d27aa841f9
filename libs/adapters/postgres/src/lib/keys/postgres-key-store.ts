import { KeyConflictError, keyRecordSchema, KeyStore, KeyStoreError, type KeyRecord, type KeySnapshot, type KeyWatcher } from '@cortex/identity';
import type { EntityManager } from 'typeorm';
import { countChange, type ChangeFeed } from '../changes/change-feed';
import { ChangeRow } from '../changes/change.entity';
import type { Database } from '../database/database';
import { DatabaseUnavailableError } from '../postgres.errors';
import { KeyRow } from './key.entity';

const TOPIC = 'keys';

interface Watch {
  readonly watcher: KeyWatcher;
  toldRevision: number;
}

/** Keys as rows; their revision is the number of the topic's changes. */
export class PostgresKeyStore extends KeyStore {
  readonly #watches = new Set<Watch>();
  /** Counts own changes, so that a look that began before one is not told after it. */
  #changes = 0;

  constructor(private readonly database: Database, private readonly changes: ChangeFeed) {
    super();
  }

  read(): Promise<KeySnapshot> {
    return reaching(() => this.database.use(snapshot));
  }

  store(record: KeyRecord, revision: number): Promise<KeySnapshot> {
    return this.#change(revision, (manager) => manager.upsert(KeyRow, { id: record.id, record } as never, ['id']));
  }

  remove(id: string, revision: number): Promise<KeySnapshot> {
    return this.#change(revision, (manager) => manager.delete(KeyRow, { id }));
  }

  watch(watcher: KeyWatcher): Disposable {
    const watch: Watch = { watcher, toldRevision: -1 };
    this.#watches.add(watch);
    const following = this.changes.follow(TOPIC, { changed: () => this.#look(watch), failed: watcher.failed });
    return {
      [Symbol.dispose]: () => {
        this.#watches.delete(watch);
        following[Symbol.dispose]();
      },
    };
  }

  async #change(revision: number, edit: (manager: EntityManager) => Promise<unknown>): Promise<KeySnapshot> {
    const next = await reaching(() =>
      this.database.transaction(async (manager) => {
        const counted = await countChange(manager, TOPIC);
        if (counted !== revision + 1) throw new KeyConflictError(revision, counted - 1);
        await edit(manager);
        return snapshot(manager);
      }),
    );
    this.changes.announce(TOPIC);
    this.#changes += 1;
    for (const watch of this.#watches) if (next.revision > watch.toldRevision) tell(watch, next);
    return next;
  }

  /** What others changed; an own change that came meanwhile has told more. */
  async #look(watch: Watch): Promise<void> {
    const changes = this.#changes;
    const found = await this.read();
    if (changes === this.#changes && found.revision !== watch.toldRevision && this.#watches.has(watch)) tell(watch, found);
  }
}

function tell(watch: Watch, keys: KeySnapshot): void {
  watch.toldRevision = keys.revision;
  watch.watcher.changed(keys);
}

/** In one statement, so that the revision is that of the records. */
async function snapshot(manager: EntityManager): Promise<KeySnapshot> {
  const tableOf = (row: typeof ChangeRow | typeof KeyRow) => manager.getRepository<object>(row).metadata.tablePath;
  const query = `SELECT number, record FROM ${tableOf(ChangeRow)} LEFT JOIN ${tableOf(KeyRow)} ON true WHERE topic = $1 ORDER BY place`;
  const rows = (await manager.query(query, [TOPIC])) as { number: string; record: unknown }[];
  const records = rows.flatMap(({ record }) => (record === null ? [] : [readKeyRecord(record)]));
  return { revision: Number(rows[0]?.number ?? 0), records };
}

/** Others may have written it. */
function readKeyRecord(kept: unknown): KeyRecord {
  const { data, error } = keyRecordSchema.safeParse(kept);
  if (data) return data;
  throw new KeyStoreError(`a key in the database cannot be read: ${error.issues[0]?.path.join('.') || 'the whole'}: ${error.issues[0]?.message}`);
}

async function reaching<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    throw error instanceof DatabaseUnavailableError ? new KeyStoreError(`the keys cannot be reached (${error.reason})`, { cause: error }) : error;
  }
}
