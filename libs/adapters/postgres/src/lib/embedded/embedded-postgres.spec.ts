import { existsSync } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client, Pool } from 'pg';
import { TemporaryFolder } from '../../testing/temporary-folder';
import { FolderInUseError } from '../postgres.errors';
import { EmbeddedPostgres } from './embedded-postgres';

jest.setTimeout(120_000);

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('EmbeddedPostgres', () => {
  let home: TemporaryFolder;
  let database: EmbeddedPostgres;
  let pool: Pool;
  const lost: string[] = [];

  beforeAll(async () => {
    home = await TemporaryFolder.make();
    database = await EmbeddedPostgres.start({ folder: join(home.path, 'db'), longestPauseMs: 0 });
    database.onLost = (cause) => lost.push(cause);
    pool = new Pool({ ...database.address, max: 8 });
    pool.on('error', () => undefined);
    await pool.query('CREATE TABLE rows (id int PRIMARY KEY)');
  });

  afterAll(async () => {
    await pool.end();
    await database[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });

  it('answers as PostgreSQL does, with vectors', async () => {
    const { rows } = await pool.query(`SELECT current_setting('server_version_num')::int >= 180000 AS "isNew", '[1,2]'::vector <-> '[1,4]' AS distance`);
    expect(rows).toEqual([{ isNew: true, distance: 2 }]);
  });

  it('lets nobody else in', async () => {
    expect(await modeOf(join(home.path, 'db'))).toBe('700');
    expect(await modeOf(dirname(join(database.address.host, 'any')))).toBe('700');
  });

  it('gives each of many connections its own answers, however their messages arrive', async () => {
    const ask = async (client: number) => {
      for (let round = 0; round < 10; round += 1) {
        const text = String.fromCharCode(97 + client).repeat(1 + round * 40_000); // more than one packet
        const question = client % 2 ? pool.query('SELECT $1::text AS text, $2::int AS client', [text, client]) : pool.query('SELECT $2::int AS client, $1::text AS text', [text, client]);
        expect((await question).rows).toEqual([{ text, client }]);
      }
    };
    await Promise.all([0, 1, 2, 3, 4, 5].map(ask));
  });

  it('lets nobody between the statements of a transaction', async () => {
    await pool.query('CREATE TABLE account (n int); INSERT INTO account VALUES (0)');
    const addOne = async (commits: boolean) => {
      const client = await pool.connect();
      await client.query('BEGIN');
      const { rows } = await client.query<{ n: number }>('SELECT n FROM account');
      await client.query('UPDATE account SET n = $1', [rows[0]!.n + 1]);
      await client.query(commits ? 'COMMIT' : 'ROLLBACK');
      client.release();
    };
    await Promise.all(Array.from({ length: 30 }, (_, i) => addOne(i % 3 > 0)));
    expect((await pool.query('SELECT n FROM account')).rows).toEqual([{ n: 20 }]);
  });

  it('undoes the transaction of a client that leaves in its middle', async () => {
    const client = new Client(database.address);
    client.on('error', () => undefined);
    await client.connect();
    await client.query('BEGIN');
    await client.query('INSERT INTO rows VALUES (-1)');
    await client.end();
    expect((await pool.query('SELECT id FROM rows WHERE id = -1')).rows).toEqual([]);
  });

  it('refuses a folder that a living process has, and names it', async () => {
    await expect(EmbeddedPostgres.start({ folder: join(home.path, 'db') })).rejects.toThrow(new FolderInUseError(join(home.path, 'db'), database.pid));
  });

  it('is not ended by the signals that a terminal sends to all', async () => {
    const { pid } = database;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid!, signal);
    await wait(100);
    await pool.query('SELECT 1');
    expect(database.pid).toBe(pid);
  });

  it('loses no acknowledged row when its process is killed, ten times, and starts again by itself', async () => {
    const acknowledged: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      setTimeout(() => process.kill(database.pid!, 'SIGKILL'), 20 + 20 * round);
      await writeUntilItFails(pool, round * 1_000_000, acknowledged);
      await answering(pool);
      const { rows } = await pool.query<{ id: number }>('SELECT id FROM rows');
      const kept = new Set(rows.map(({ id }) => id));
      expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    }
    expect(acknowledged.length).toBeGreaterThan(10);
    expect(lost).toEqual(Array.from({ length: 10 }, () => 'SIGKILL'));
  });

  it('begins anew where a first start was killed', async () => {
    const folder = join(home.path, 'second');
    await mkdir(join(folder, 'data.draft'), { recursive: true });
    await writeFile(join(folder, 'data.draft/PG_VERSION'), '18');
    await using second = await EmbeddedPostgres.start({ folder });
    await once(second, 'SELECT 1');
    expect(existsSync(join(folder, 'data.draft'))).toBe(false);
  });

  it('listens elsewhere where the path of its folder is too long for a socket', async () => {
    const folder = join(home.path, 'long'.repeat(30));
    let host: string;
    {
      await using second = await EmbeddedPostgres.start({ folder });
      ({ host } = second.address);
      expect(await modeOf(host)).toBe('700');
      await once(second, 'SELECT 1');
    }
    expect([host.startsWith(folder), existsSync(host)]).toEqual([false, false]);
  });
});

async function once({ address }: EmbeddedPostgres, query: string): Promise<void> {
  const client = new Client(address);
  await client.connect();
  await client.query(query);
  await client.end();
}

async function writeUntilItFails(pool: Pool, first: number, acknowledged: number[]): Promise<void> {
  for (let id = first; ; id += 1) {
    try {
      await pool.query('INSERT INTO rows VALUES ($1)', [id]);
      acknowledged.push(id);
    } catch {
      return; // the process is gone
    }
  }
}

async function answering(pool: Pool): Promise<void> {
  for (let asked = 0; asked < 1_000; asked += 1) {
    try {
      await pool.query('SELECT 1');
      return;
    } catch {
      await wait(20); // it starts again
    }
  }
  throw new Error('the database did not come back');
}
