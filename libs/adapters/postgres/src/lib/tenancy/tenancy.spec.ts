import { parseFilter, QueryStoreUnavailableError, type IndexedPassage } from '@cortex/query';
import { describeOnEach } from '../../testing/each-database';
import type { Database } from '../database/database';
import { PostgresCollectionStore } from '../collections/postgres-collection-store';
import { PostgresDocumentStore } from '../documents/postgres-document-store';
import { PostgresPassageIndex } from '../passages/postgres-passage-index';
import { Tenancy } from './tenancy';

jest.setTimeout(60_000);

const TABLES = ['collections', 'documents', 'passage_collections', 'passage_documents', 'passages', 'passage_words', 'passage_lexemes', 'passage_spaces', 'passage_vectors'];

const passage: IndexedPassage = { ordinal: 0, start: 0, end: 4, headings: [], tokens: 1, text: 'wing', vectors: { one: Float32Array.of(1, 0) } };

/** A row in every table. */
async function fill(database: Database, tenant: string): Promise<void> {
  const scope = { tenant, collection: 'papers' };
  await new PostgresCollectionStore(database).insert({ ...scope, id: 'c', revision: 1, language: 'en', chunks: { minTokens: 1, maxTokens: 2 }, spaces: [], createdAt: 1, updatedAt: 1 });
  await new PostgresDocumentStore(database).store([{ ...scope, id: 'd', revision: 1, generation: 1, state: 'ready', source: { mediaType: 'text/plain', file: 'f', sha256: 'f', bytes: 4 }, metadata: {}, createdAt: 1, updatedAt: 1 }]);
  const index = new PostgresPassageIndex(database);
  await index.write(scope, { documentId: 'd', generation: 1 }, [passage]);
  await index.publish(scope, { documentId: 'd', generation: 1 }, { language: 'en', metadata: { year: 2020 } });
}

describeOnEach('Tenancy', (databases) => {
  let database: Database;
  let tenancy: Tenancy;

  beforeAll(async () => {
    database = await databases.fresh();
    tenancy = new Tenancy(database);
    for (const tenant of ['acme', 'zeta']) await fill(database, tenant);
  });

  const tenantsIn = (table: string, tenant: string) =>
    tenancy.inside(tenant, async (manager) => ((await manager.query(`SELECT DISTINCT tenant FROM ${table}`)) as { tenant: string }[]).map((row) => row.tenant));

  it.each(TABLES)('shows a statement without a condition the rows of one tenant in %s', async (table) => {
    expect([await tenantsIn(table, 'acme'), await tenantsIn(table, 'zeta'), await tenantsIn(table, 'nobody'), await tenantsIn(table, '')]).toEqual([['acme'], ['zeta'], [], []]);
  });

  it.each(TABLES)('covers %s by row-level security that holds for its owner too', async (table) => {
    const statement = `SELECT relrowsecurity AND relforcerowsecurity AS holds FROM pg_class WHERE oid = to_regclass($1)`;
    expect(await database.use((manager) => manager.query(statement, [`${database.schema}.${table}`]))).toEqual([{ holds: true }]);
  });

  it('refuses to write, change or remove what is another’s', async () => {
    await expect(tenancy.inside('acme', (manager) => manager.query(`INSERT INTO passage_collections (tenant, collection) VALUES ('zeta', 'x')`))).rejects.toThrow(/row-level security/);
    const changed = await tenancy.inside('acme', async (manager) => [
      await manager.query(`UPDATE passages SET text = 'x' WHERE tenant = 'zeta'`),
      await manager.query(`DELETE FROM documents WHERE tenant = 'zeta'`),
    ]);
    expect(changed).toEqual([[[], 0], [[], 0]]);
  });

  it('reads everybody’s collections for a sweep, and nothing else of them', async () => {
    const seen = await tenancy.everywhere(async (manager) => [await manager.query('SELECT tenant FROM collections ORDER BY 1'), await manager.query('SELECT 1 FROM documents'), await manager.query(`DELETE FROM collections WHERE tenant = 'acme'`)]);
    expect(seen).toEqual([[{ tenant: 'acme' }, { tenant: 'zeta' }], [], [[], 0]]);
  });

  it('leaves nothing of a tenant behind in its connection', async () => {
    const state = `SELECT current_user AS who, coalesce(current_setting('cortex.tenant', true), '') AS tenant, current_setting('search_path') AS path, current_setting('enable_sort') AS sort`;
    const look = () => database.use((manager) => manager.query(state));
    const before = await look();
    await tenancy.inside('acme', (manager) => manager.query(`SELECT set_config('enable_sort', 'off', true)`));
    await expect(tenancy.inside('acme', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await look()).toEqual(before);
  });

  it('tells of a database that cannot be reached as the ports do', async () => {
    const closed = await databases.again(database);
    await closed[Symbol.asyncDispose]();
    await expect(new PostgresPassageIndex(closed).read({ tenant: 'acme', collection: 'papers' }, ['1'])).rejects.toThrow(QueryStoreUnavailableError);
  });

  it('keeps a passage’s number from telling anything to another tenant', async () => {
    const index = new PostgresPassageIndex(database);
    const search = { words: { query: 'wing', language: 'en' }, vector: { space: 'one', values: Float32Array.of(1, 0) }, filter: parseFilter({ year: 2020 }), limit: 9 };
    const { vector, words } = await index.search({ tenant: 'acme', collection: 'papers' }, search);
    expect([vector!.ranking.length, words!.ranking.length]).toEqual([1, 1]);
    expect(await index.read({ tenant: 'zeta', collection: 'papers' }, vector!.ranking.map(({ id }) => id))).toEqual([]);
  });
});
