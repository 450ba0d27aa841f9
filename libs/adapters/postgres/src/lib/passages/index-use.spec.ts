import { randomBytes } from 'node:crypto';
import type { IndexedPassage } from '@cortex/query';
import { describeWith } from '@cortex/kernel/testing';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database';
import { Tenancy } from '../tenancy/tenancy';
import { ScratchDatabase } from '../../testing/scratch-database';
import { describeOnEach } from '../../testing/each-database';
import { EXACT_PASSAGES, findPlace, findSpace } from './place';
import { PostgresPassageIndex } from './postgres-passage-index';
import { PostgresPassageSpaces } from './postgres-passage-spaces';
import { SpaceIndexes } from './space-indexes';
import { nearest } from './vector-search';
import { matching } from './word-search';

jest.setTimeout(120_000);

const scope = { tenant: 'acme', collection: 'papers' };
const PASSAGES = 200;

/** Far enough from each other for half precision. */
function vectorOf(seed: number): Float32Array {
  const values = Float32Array.from({ length: 16 }, (_, place) => Math.sin((seed + 1) * (place + 1) * 12.9898));
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map((value) => value / length);
}

function passages(): IndexedPassage[] {
  return Array.from({ length: PASSAGES }, (_, ordinal) => {
    return { ordinal, start: 0, end: 1, headings: [], tokens: 1, text: `w${ordinal} wing`, vectors: { one: vectorOf(ordinal) } };
  });
}

async function filled(database: Database): Promise<PostgresPassageIndex> {
  const index = new PostgresPassageIndex(database);
  await index.write(scope, { documentId: 'd', generation: 1 }, passages());
  await index.publish(scope, { documentId: 'd', generation: 1 }, { metadata: {} });
  return index;
}

/** How often an index was read in this transaction. Tables so small would be read whole without an index. */
async function scansOf(manager: EntityManager, name: string, search: () => Promise<unknown>): Promise<number> {
  await manager.query(`SELECT set_config('enable_seqscan', 'off', true)`);
  await search();
  const [{ scans }] = (await manager.query('SELECT pg_stat_get_xact_numscans(to_regclass($1))::integer AS scans', [name])) as [{ scans: number }];
  return scans;
}

function scansForWords(database: Database): Promise<number> {
  return new Tenancy(database).inside(scope.tenant, async (manager) => {
    const place = (await findPlace(manager, scope))!;
    return scansOf(manager, 'passage_words_words', async () => expect((await matching(manager, { place }, { query: 'w7', limit: 5 })).ranking).toHaveLength(1));
  });
}

describeOnEach('a search under row-level security', (databases) => {
  it('finds words through their index', async () => {
    const database = await databases.fresh();
    await filled(database);
    expect(await scansForWords(database)).toBe(1);
  });

  it('finds the nearest of a large space through its index, and as an exact search does', async () => {
    const database = await databases.fresh();
    await filled(database);
    await new Tenancy(database).inside(scope.tenant, async (manager) => findSpace(manager, (await findPlace(manager, scope))!, 'one')).then((space) => new SpaceIndexes(database).build(space!));
    const nearby = async (manager: EntityManager, passages: number, exactly = false) => {
      const place = { ...(await findPlace(manager, scope))!, passages };
      return nearest(manager, { place }, { space: (await findSpace(manager, place, 'one'))!, values: vectorOf(-0.5), limit: 5, exactly });
    };
    await new Tenancy(database).inside(scope.tenant, async (manager) => {
      const { id } = (await findSpace(manager, (await findPlace(manager, scope))!, 'one'))!;
      expect(await scansOf(manager, `passage_vectors_space_${id}`, async () => expect(await nearby(manager, EXACT_PASSAGES + 1)).toMatchObject({ exact: false, scanned: 5 }))).toBe(1);
      expect((await nearby(manager, EXACT_PASSAGES + 1)).ranking.map((one) => one.id)).toEqual((await nearby(manager, 1)).ranking.map((one) => one.id));
      expect(await nearby(manager, 1)).toMatchObject({ exact: true, scanned: PASSAGES });
      expect(await nearby(manager, EXACT_PASSAGES + 1, true)).toMatchObject({ exact: true, scanned: PASSAGES });
    });
  });

  it('builds an index again that was not finished', async () => {
    const database = await databases.fresh();
    await filled(database);
    const space = () => new Tenancy(database).inside(scope.tenant, async (manager) => (await findSpace(manager, (await findPlace(manager, scope))!, 'one'))!);
    await new SpaceIndexes(database).build(await space());
    const spoil = `UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass($1)`;
    const name = `${database.schema}.passage_vectors_space_${(await space()).id}`;
    await database.use((manager) => manager.query(spoil, [name]));
    expect((await space()).indexed).toBeNull();
    await new SpaceIndexes(database).build(await space());
    expect((await space()).indexed).toBe(database.isEmbedded ? 'vector' : 'halfvec');
  });

  it('begins an index while many passages are written, where building it over all of them would keep the database from others', async () => {
    const database = await databases.fresh();
    await filled(database);
    const there = () => new Tenancy(database).inside(scope.tenant, async (manager) => {
      const place = (await findPlace(manager, scope))!;
      return { place, space: (await findSpace(manager, place, 'one'))! };
    });
    const { place, space } = await there();
    const indexes = new SpaceIndexes(database);
    await indexes.keep(place, [space], EXACT_PASSAGES - place.passages);
    expect((await there()).space.indexed).toBeNull();
    await indexes.keep(place, [space], EXACT_PASSAGES - place.passages + 1);
    expect((await there()).space.indexed).toBe(database.isEmbedded ? 'vector' : null);
  });

  it('takes the index of a space away with it', async () => {
    const database = await databases.fresh();
    await filled(database);
    const indexes = () => database.use((manager) => manager.query(`SELECT indexname FROM pg_indexes WHERE schemaname = $1 AND indexname LIKE 'passage\\_vectors\\_space\\_%'`, [database.schema]));
    const space = await new Tenancy(database).inside(scope.tenant, async (manager) => findSpace(manager, (await findPlace(manager, scope))!, 'one'));
    await new SpaceIndexes(database).build(space!);
    expect(await indexes()).toHaveLength(1);
    await new PostgresPassageSpaces(database).drop(scope, 'one');
    expect(await indexes()).toEqual([]);
  });
});

describeWith('postgres', 'a search by a role that is no superuser', ({ url: adminUrl }) => {
  it.each([
    ['and may make roles', 'CREATEROLE', '', 1],
    ['and was given a reader', 'NOCREATEROLE', 'CREATE ROLE reader; GRANT reader TO owner WITH INHERIT FALSE', 1],
    ['and may not: without the index, by the same rules', 'NOCREATEROLE', '', 0],
  ])('%s', async (_, right, given, scans) => {
    await using scratch = await ScratchDatabase.make(adminUrl);
    const role = `cortex_spec_${randomBytes(6).toString('hex')}`;
    await scratch.asAdmin(`CREATE ROLE ${role} LOGIN ${right} PASSWORD 'pw'`);
    try {
      await scratch.asAdmin(`ALTER DATABASE ${scratch.name} OWNER TO ${role}`);
      await scratch.query(`CREATE EXTENSION vector; ${given.replaceAll('reader', `cortex_words_${role}`).replaceAll('owner', role)}`);
      await using database = await Database.open({ url: scratch.urlBy({ user: role, password: 'pw' }) });
      const index = await filled(database);
      expect((await index.search(scope, { words: { query: 'w7 wing' }, limit: 1_000 })).words).toMatchObject({ exact: true, scanned: PASSAGES });
      expect(await scansForWords(database)).toBe(scans);
      const everything = `SELECT (SELECT count(*) FROM cortex.passages) + (SELECT count(*) FROM cortex.passage_words) + (SELECT count(*) FROM cortex.passages_with(1, 'wing', 9)) AS seen`;
      expect(await database.use((manager) => manager.query(everything))).toEqual([{ seen: '0' }]);
    } finally {
      for (const name of [`cortex_words_${role}`, role]) {
        await scratch.query(`DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') THEN REASSIGN OWNED BY ${name} TO CURRENT_USER; DROP OWNED BY ${name}; END IF; END $$`);
        await scratch.query(`DROP ROLE IF EXISTS ${name}`);
      }
    }
  });
});
