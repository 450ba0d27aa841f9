import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeWith } from '@cortex/kernel/testing';
import { ScratchDatabase } from '../../testing/scratch-database';
import { TemporaryFolder } from '../../testing/temporary-folder';
import { childEntry } from '../embedded/child-entry';
import type { PostgresConfiguration } from '../postgres.options';
import { Database } from './database';
import { MIGRATIONS } from './migrations';

jest.setTimeout(60_000);

describeWith('postgres', 'prepareDatabase', ({ url: adminUrl }) => {
  let scratch: ScratchDatabase;
  let messages: string[];
  const role = `cortex_spec_role_${process.pid}`;

  const open = (configuration: PostgresConfiguration = {}) => {
    const log = (message: string) => void messages.push(message);
    return Database.open({ url: scratch.url, info: log, warn: log, ...configuration });
  };
  /** Opens and closes it; gives the error where there is one. */
  const tried = async (configuration?: PostgresConfiguration): Promise<Error | undefined> => {
    try {
      await using _database = await open(configuration);
      return undefined;
    } catch (error) {
      return error as Error;
    }
  };
  const urlOfRole = () => scratch.urlBy({ user: role, password: 'pw' });

  beforeAll(async () => {
    await using anywhere = await ScratchDatabase.make(adminUrl);
    await anywhere.asAdmin(`CREATE ROLE ${role} LOGIN PASSWORD 'pw'`);
  });
  beforeEach(async () => {
    scratch = await ScratchDatabase.make(adminUrl);
    messages = [];
  });
  afterEach(() => scratch[Symbol.asyncDispose]());
  afterAll(async () => {
    await using anywhere = await ScratchDatabase.make(adminUrl);
    await anywhere.asAdmin(`DROP ROLE ${role}`);
  });

  it('lets one of three processes migrate that start at once, and all of them serve', async () => {
    await using folder = await TemporaryFolder.make();
    const script = join(folder.path, 'replica.js');
    await writeFile(script, `const { Database } = require(${JSON.stringify(join(dirname(childEntry()), 'lib/database/database.js'))});
      const migrated = [];
      process.once('message', async (url) => {
        const database = await Database.open({ url, info: (message) => migrated.push(message) });
        await database.use((manager) => manager.query('SELECT count(*) FROM cortex.jobs'));
        await database[Symbol.asyncDispose]();
        process.send(migrated.length, () => process.disconnect());
      });
      process.send('up');`);
    const replicas = [1, 2, 3].map(() => fork(script));
    await Promise.all(replicas.map((replica) => once(replica, 'message')));
    const answers = replicas.map((replica) => once(replica, 'message') as Promise<[number]>);
    for (const replica of replicas) replica.send(scratch.url);
    expect((await Promise.all(answers)).map(([migrations]) => migrations).sort()).toEqual([0, 0, 1]);
    expect(await scratch.query('SELECT name FROM cortex.migrations')).toEqual(MIGRATIONS.map(({ name }) => ({ name })));
  });

  it('changes nothing the second time', async () => {
    await tried();
    messages = [];
    expect(await tried()).toBeUndefined();
    expect(messages.filter((message) => message.includes('up to date'))).toEqual([]);
  });

  it('refuses a database that a later version has changed', async () => {
    await tried();
    await scratch.query(`INSERT INTO cortex.migrations (timestamp, name) VALUES (1895651200000, 'Later1895651200000')`);
    expect(await tried()).toMatchObject({ code: 'POSTGRES.NEWER', message: expect.stringContaining('Later1895651200000') });
  });

  it('waits for another one that migrates, and not for ever', async () => {
    const blocker = await open({ schema: 'other' });
    const held = blocker.transaction(async (manager) => {
      await manager.query(`SELECT pg_advisory_xact_lock(${0x6374786d}, hashtext('cortex'))`);
      expect(await tried({ migrationTimeoutMs: 300 })).toMatchObject({ code: 'POSTGRES.MIGRATIONS_BUSY' });
    });
    await held;
    await blocker[Symbol.asyncDispose]();
    expect(await tried()).toBeUndefined();
  });

  it('takes a role that owns its database, and advises against a superuser', async () => {
    await tried();
    expect(messages).toContainEqual(expect.stringContaining('is a superuser'));
    await scratch.asAdmin(`ALTER DATABASE ${scratch.name} OWNER TO ${role}`);
    messages = [];
    expect(await tried({ url: urlOfRole(), schema: 'own' })).toBeUndefined();
    expect(messages.filter((message) => message.includes('superuser'))).toEqual([]);
  });

  it('says what a role lacks', async () => {
    expect((await tried({ url: urlOfRole() }))?.message).toContain(`the role may not make the schema 'cortex'`);
    await scratch.query(`CREATE SCHEMA cortex AUTHORIZATION ${role}`);
    expect((await tried({ url: urlOfRole() }))?.message).toContain('let a superuser run CREATE EXTENSION vector');
    await scratch.query('CREATE EXTENSION vector');
    expect(await tried({ url: urlOfRole() })).toBeUndefined();
  });

  it.each([
    ['0.7.4', 'pgvector 0.8.0 or newer is needed, the database has 0.7.4'],
    ['0.10.0', undefined],
    ['0.8.3', undefined],
  ])('judges pgvector %s', async (version, problem) => {
    await scratch.query(`CREATE EXTENSION vector; UPDATE pg_extension SET extversion = '${version}' WHERE extname = 'vector'`);
    const error = await tried();
    expect(error?.message ?? '').toContain(problem ?? '');
    expect([error === undefined, messages.some((message) => message.includes('damage an HNSW index'))]).toEqual([problem === undefined, version === '0.8.3']);
  });
});
