import { DocumentStore, type DocumentFilter, type DocumentRecord, type DocumentState, type Scope } from '@cortex/query';
import { In } from 'typeorm';
import type { Database } from '../database/database';
import { conditionOf } from '../passages/condition';
import { Parameters } from '../passages/parameters';
import { Tenancy } from '../tenancy/tenancy';
import { DocumentRow } from './document.entity';

/** One statement takes records of any revision: each is inserted where it is the first, or takes the place of the one before. */
const STORE = `
  WITH given AS (
    SELECT * FROM unnest($2::text[], $3::text[], $4::integer[], $5::text[], $6::jsonb[], $7::json[]) AS given (collection, id, revision, state, metadata, record)
  ), inserted AS (
    INSERT INTO documents SELECT $1, collection, id, revision, state, metadata, record FROM given WHERE revision = 1
    ON CONFLICT DO NOTHING RETURNING collection, id
  ), replaced AS (
    UPDATE documents AS kept SET revision = given.revision, state = given.state, metadata = given.metadata, record = given.record FROM given
    WHERE kept.tenant = $1 AND (kept.collection, kept.id, kept.revision) = (given.collection, given.id, given.revision - 1)
    RETURNING kept.collection, kept.id
  )
  SELECT id FROM given WHERE (collection, id) NOT IN (SELECT * FROM inserted UNION ALL SELECT * FROM replaced)`;

/** Documents' records as rows: each change holds for one revision. */
export class PostgresDocumentStore extends DocumentStore {
  readonly #tenancy: Tenancy;

  constructor(database: Database) {
    super();
    this.#tenancy = new Tenancy(database);
  }

  find({ tenant, collection }: Scope, ids: readonly string[]): Promise<DocumentRecord[]> {
    return this.#tenancy.inside(tenant, async (manager) => recordsOf(await manager.findBy(DocumentRow, { tenant, collection, id: In(ids) })));
  }

  list({ tenant, collection }: Scope, { state, filter, after, limit }: DocumentFilter): Promise<DocumentRecord[]> {
    const parameters = new Parameters();
    const conditions = [
      `tenant = ${parameters.bind(tenant)} AND collection = ${parameters.bind(collection)}`,
      ...(state === undefined ? [] : [`state = ${parameters.bind(state)}`]),
      ...(after === undefined ? [] : [`id > ${parameters.bind(after)}`]),
      ...(filter === undefined ? [] : [conditionOf(filter, parameters)]),
    ];
    const statement = `SELECT record FROM documents WHERE ${conditions.join(' AND ')} ORDER BY id LIMIT ${parameters.bind(limit)}`;
    return this.#tenancy.inside(tenant, async (manager) => recordsOf((await manager.query(statement, parameters.values)) as DocumentRow[]));
  }

  count({ tenant, collection }: Scope): Promise<Partial<Record<DocumentState, number>>> {
    return this.#tenancy.inside(tenant, async (manager) => {
      const statement = 'SELECT state, count(*)::integer AS count FROM documents WHERE tenant = $1 AND collection = $2 GROUP BY state';
      const rows = (await manager.query(statement, [tenant, collection])) as { state: DocumentState; count: number }[];
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    });
  }

  async store(records: readonly DocumentRecord[]): Promise<string[]> {
    const refused: string[] = [];
    for (const tenant of new Set(records.map((record) => record.tenant))) refused.push(...(await this.#store(tenant, records.filter((record) => record.tenant === tenant))));
    return refused;
  }

  remove({ tenant, collection }: Scope, ids?: readonly string[]): Promise<void> {
    const which = { tenant, collection, ...(ids && { id: In(ids) }) };
    return this.#tenancy.inside(tenant, async (manager) => void (await manager.delete(DocumentRow, which)));
  }

  #store(tenant: string, records: readonly DocumentRecord[]): Promise<string[]> {
    return this.#tenancy.inside(tenant, async (manager) => {
      const columns = [records.map(({ collection }) => collection), records.map(({ id }) => id), records.map(({ revision }) => revision), records.map(({ state }) => state), records.map(({ metadata }) => JSON.stringify(metadata))];
      const rows = (await manager.query(STORE, [tenant, ...columns, records.map((record) => JSON.stringify(record))])) as { id: string }[];
      return rows.map(({ id }) => id);
    });
  }
}

function recordsOf(rows: readonly Pick<DocumentRow, 'record'>[]): DocumentRecord[] {
  return rows.map(({ record }) => record);
}
