import { inspect } from 'node:util';
import { describeWith, FaultProxy } from '@cortex/kernel/testing';
import { RecordedHealth } from '../../testing/recorded-health';
import { ScratchDatabase } from '../../testing/scratch-database';
import { DatabaseUnavailableError, DatabaseUnreachableError } from '../postgres.errors';
import type { PostgresConfiguration } from '../postgres.options';
import { Database } from './database';

jest.setTimeout(60_000);

const STATEMENT_MS = 500;

describeWith('postgres', 'Database between faults', ({ url: adminUrl }) => {
  let scratch: ScratchDatabase;
  let proxy: FaultProxy;
  let health: RecordedHealth;
  let database: Database;
  /** Everything that was thrown or logged: what must never hold a password. */
  const seen: unknown[] = [];

  const open = (configuration: PostgresConfiguration = {}) => {
    const log = (message: string) => void seen.push(message);
    return Database.open({ url: scratch.urlBy({ port: proxy.port }), statementTimeoutMs: STATEMENT_MS, connectTimeoutMs: 1_000, health, info: log, warn: log, ...configuration });
  };
  const ask = (statement = 'SELECT 1 AS one') => database.use((manager) => manager.query(statement)) as Promise<unknown>;
  /** The error, and how long it took. */
  const failing = async (work: Promise<unknown>): Promise<{ readonly error: unknown; readonly tookMs: number }> => {
    const startedAt = performance.now();
    const error: unknown = await work.then(() => undefined, (thrown: unknown) => thrown);
    seen.push(error);
    return { error, tookMs: performance.now() - startedAt };
  };
  const until = async (holds: () => boolean | Promise<boolean>) => {
    for (const startedAt = performance.now(); !(await holds()); ) {
      if (performance.now() - startedAt > 10_000) throw new Error('it did not happen within ten seconds');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  beforeAll(async () => void (scratch = await ScratchDatabase.make(adminUrl)));
  beforeEach(async () => {
    proxy = await FaultProxy.to(scratch.port);
    health = new RecordedHealth();
    database = await open();
  });
  afterEach(async () => {
    await database[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
  });
  afterAll(() => scratch[Symbol.asyncDispose]());

  it('loses a statement whose connection is reset, and none after it', async () => {
    const asked = failing(ask('SELECT pg_sleep(0.3)'));
    setTimeout(() => proxy.reset(), 100);
    expect((await asked).error).toBeInstanceOf(DatabaseUnavailableError);
    expect(await ask()).toEqual([{ one: 1 }]);
  });

  it('says at once that nobody answers while it is cut off, and comes back by itself', async () => {
    proxy.cut();
    const { error, tookMs } = await failing(ask());
    expect(error).toMatchObject({ code: 'POSTGRES.UNAVAILABLE', kind: 'unavailable', retryAfterMs: 1_000 });
    expect(tookMs).toBeLessThan(1_500);
    expect(health.said.at(-1)).toMatch(/^POSTGRES\.[A-Z_]+$/);

    proxy.mend();
    await until(() => health.said.at(-1) === 'up'); // nobody asked meanwhile
    expect(await ask()).toEqual([{ one: 1 }]);
  });

  it('waits no longer than the time-out for an answer that comes five seconds late, and never takes it for another', async () => {
    await ask();
    proxy.slow(5_000);
    const outcomes = await Promise.all([1, 2, 3].map((i) => failing(ask(`SELECT ${i} AS late`))));
    for (const { error, tookMs } of outcomes) {
      expect(error).toMatchObject({ code: 'POSTGRES.UNAVAILABLE' });
      expect(tookMs).toBeLessThan(STATEMENT_MS + 1_000 + 1_500);
    }
    proxy.mend();
    await until(async () => (await failing(ask())).error === undefined);
    for (let i = 0; i < 20; i += 1) expect(await ask(`SELECT ${i} AS i`)).toEqual([{ i }]);
  });

  it('cuts off a statement that takes too long, which says nothing of the server', async () => {
    const { error, tookMs } = await failing(ask('SELECT pg_sleep(30)'));
    expect(error).toMatchObject({ code: 'POSTGRES.UNAVAILABLE', reason: '57014' });
    expect(tookMs).toBeLessThan(STATEMENT_MS + 1_500);
    expect(health.said).toEqual(['up']);
    expect(await ask()).toEqual([{ one: 1 }]);
  });

  it('undoes the transaction that lost its connection', async () => {
    await ask('CREATE TABLE IF NOT EXISTS kept (id int)');
    const work = database.transaction(async (manager) => {
      await manager.query('INSERT INTO kept VALUES (1)');
      proxy.reset();
      await manager.query('INSERT INTO kept VALUES (2)');
    });
    expect((await failing(work)).error).toBeInstanceOf(DatabaseUnavailableError);
    expect(await ask('SELECT id FROM kept')).toEqual([]);
  });

  it('goes on after the server ended all its connections, as in a restart', async () => {
    await Promise.all([ask(), ask(), ask()]);
    await scratch.asAdmin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${scratch.name}'`);
    await until(async () => (await failing(ask())).error === undefined);
    expect((await Promise.all(Array.from({ length: 10 }, () => failing(ask())))).map(({ error }) => error)).toEqual(Array(10).fill(undefined));
  });

  describe('open', () => {
    it('waits for a server that is not there yet', async () => {
      proxy.cut();
      setTimeout(() => proxy.mend(), 700);
      await using late = await open({ startTimeoutMs: 20_000 });
      expect(await late.use((manager) => manager.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
    });

    it('gives up in time, and names the database', async () => {
      proxy.cut();
      const { error, tookMs } = await failing(open({ startTimeoutMs: 600 }));
      expect(error).toBeInstanceOf(DatabaseUnreachableError);
      expect((error as Error).message).toContain(`127.0.0.1:${proxy.port}/${scratch.name}`);
      expect(tookMs).toBeLessThan(2_500);
      proxy.mend();
    });

    it('does not wait where the login is wrong, or the database does not exist', async () => {
      const login = await failing(open({ url: scratch.urlBy({ password: 'not-the-password' }) }));
      expect(login.error).toMatchObject({ code: 'POSTGRES.UNREACHABLE', reason: '28P01' });
      const missing = new URL(scratch.url);
      missing.pathname = '/cortex_no_such_database';
      expect((await failing(open({ url: missing.href }))).error).toMatchObject({ code: 'POSTGRES.UNREACHABLE', reason: '3D000' });
    });
  });

  it('has shown the password in no error, cause or log line', () => {
    const { password } = new URL(adminUrl);
    expect(password.length).toBeGreaterThan(8);
    expect(seen.length).toBeGreaterThan(20);
    const everything = inspect(seen, { depth: 10, showHidden: true });
    for (const secret of [decodeURIComponent(password), 'not-the-password', 'postgres://']) expect(everything).not.toContain(secret);
  });
});
