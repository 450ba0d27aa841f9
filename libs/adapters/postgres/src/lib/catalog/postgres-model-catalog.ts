import { randomUUID } from 'node:crypto';
import { CatalogConflictError, CatalogUnavailableError, checkModelRecord, ModelCatalog, readModelRecord, type ModelRecord } from '@cortex/model-registry';
import { MoreThan, Not, type EntityManager } from 'typeorm';
import { countChange, type ChangeFeed } from '../changes/change-feed';
import type { Database } from '../database/database';
import { DatabaseUnavailableError } from '../postgres.errors';
import { ModelRecordRow } from './model-record.entity';

const TOPIC = 'model-catalog';

export interface PostgresModelCatalogParts {
  readonly database: Database;
  readonly changes: ChangeFeed;
  /** Hears once when the changes of others begin not to be seen, until they are again. */
  readonly warn: (message: string) => void;
}

/** The catalogue's records as rows; a removed one stays as an empty row, so that others see that it went. */
export class PostgresModelCatalog extends ModelCatalog {
  /** Marks what this one wrote: not news to its watchers. */
  readonly #writer = randomUUID();

  constructor(private readonly parts: PostgresModelCatalogParts) {
    super();
  }

  names(): Promise<readonly string[]> {
    return this.#use(async (manager) => {
      const rows = await manager.find(ModelRecordRow, { select: { name: true }, where: { revision: MoreThan(0) }, order: { name: 'ASC' } });
      return rows.map(({ name }) => name);
    });
  }

  find(name: string): Promise<ModelRecord | undefined> {
    return this.#use(async (manager) => (await keptRecord(manager, name))?.record);
  }

  async store(record: ModelRecord): Promise<void> {
    checkModelRecord(record);
    await this.#replace(record.name, record.revision - 1, { revision: record.revision, record });
  }

  async remove(name: string, revision: number): Promise<void> {
    await this.#replace(name, revision, { revision: 0, record: null });
  }

  watch(onChange: (name: string) => void | Promise<void>): Disposable {
    let seen = 0;
    return this.parts.changes.follow(TOPIC, {
      changed: async (number) => {
        if (number < seen) seen = 0; // the database was put back to an earlier state
        const news = await this.#othersSince(seen);
        for (const { name } of news) await onChange(name);
        seen = Math.max(number, ...news.map(({ change }) => change));
      },
      failed: () => this.parts.warn('changes of other processes to the model catalogue are not seen'),
    });
  }

  #othersSince(change: number): Promise<ModelRecordRow[]> {
    const where = { change: MoreThan(change), writer: Not(this.#writer) };
    return this.#use((manager) => manager.find(ModelRecordRow, { select: { name: true, change: true }, where, order: { change: 'ASC' } }));
  }

  /** Writers come one after another by the counter's row: what is read after it stays true until the commit. */
  async #replace(name: string, revision: number, next: Pick<ModelRecordRow, 'revision' | 'record'>): Promise<void> {
    await reaching(() =>
      this.parts.database.transaction(async (manager) => {
        const change = await countChange(manager, TOPIC);
        const kept = (await keptRecord(manager, name))?.revision ?? 0;
        if (kept !== revision) throw new CatalogConflictError(name, revision, kept);
        await manager.upsert(ModelRecordRow, { name, change, writer: this.#writer, ...next } as never, ['name']);
      }),
    );
    this.parts.changes.announce(TOPIC);
  }

  #use<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return reaching(() => this.parts.database.use(work));
  }
}

/** Undefined where there is none, or none any more. @throws CatalogDamagedError */
async function keptRecord(manager: EntityManager, name: string): Promise<{ readonly revision: number; readonly record: ModelRecord } | undefined> {
  const row = await manager.findOneBy(ModelRecordRow, { name });
  return row && row.revision > 0 ? { revision: row.revision, record: readModelRecord(name, row.record) } : undefined;
}

async function reaching<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    throw error instanceof DatabaseUnavailableError ? new CatalogUnavailableError(error.reason, { cause: error }) : error;
  }
}
