import { CollectionConflictError, CollectionExistsError, CollectionStore, type CollectionRecord, type Scope } from '@cortex/query';
import type { Database } from '../database/database';
import { Tenancy } from '../tenancy/tenancy';
import { CollectionRow } from './collection.entity';

const BY_NAME = { tenant: 'ASC', collection: 'ASC' } as const;

/** Collections as rows: each change is one statement that holds for one revision. */
export class PostgresCollectionStore extends CollectionStore {
  readonly #tenancy: Tenancy;

  constructor(database: Database) {
    super();
    this.#tenancy = new Tenancy(database);
  }

  insert(record: CollectionRecord): Promise<void> {
    return this.#tenancy.inside(record.tenant, async (manager) => {
      const { raw } = await manager.createQueryBuilder().insert().into(CollectionRow).values(rowOf(record)).orIgnore().returning('collection').execute();
      if ((raw as unknown[]).length === 0) throw new CollectionExistsError(record.collection);
    });
  }

  find({ tenant, collection }: Scope): Promise<CollectionRecord | undefined> {
    return this.#tenancy.inside(tenant, async (manager) => (await manager.findOneBy(CollectionRow, { tenant, collection }))?.record);
  }

  async list(tenant?: string): Promise<CollectionRecord[]> {
    const rows =
      tenant === undefined
        ? await this.#tenancy.everywhere((manager) => manager.find(CollectionRow, { order: BY_NAME }))
        : await this.#tenancy.inside(tenant, (manager) => manager.find(CollectionRow, { where: { tenant }, order: BY_NAME }));
    return rows.map(({ record }) => record);
  }

  replace(record: CollectionRecord): Promise<void> {
    const { tenant, collection, revision } = record;
    return this.#tenancy.inside(tenant, async (manager) => {
      const { affected } = await manager.update(CollectionRow, { tenant, collection, revision: revision - 1 }, rowOf(record));
      if (affected !== 1) throw new CollectionConflictError(collection);
    });
  }

  remove({ tenant, collection }: Scope): Promise<void> {
    return this.#tenancy.inside(tenant, async (manager) => void (await manager.delete(CollectionRow, { tenant, collection })));
  }
}

/** TypeORM's types take a record's fields for columns. */
function rowOf(record: CollectionRecord): never {
  const { tenant, collection, revision } = record;
  return { tenant, collection, revision, record } satisfies CollectionRow as never;
}
