import { setTimeout as wait } from 'node:timers/promises';
import { DataSource, type QueryRunner } from 'typeorm';
import { DatabaseNewerError, DatabaseUnreachableError, MigrationsBusyError } from '../postgres.errors';
import { failureOf, type Failure } from './failure';
import { MIGRATIONS } from './migrations';
import { dataSourceOptions, migratingPool, nameOf, type Target } from './target';
import { checkRole, checkServer, ensureSchema, ensureVector } from './server-check';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
const LOCK_PAUSE_MS = 100;
/** One half of the advisory lock's number; the other is the schema. The bytes are `ctxm`. */
const LOCK_SPACE = 0x6374786d;
/** What no waiting mends: the login, the name of the database. */
const HOPELESS = /^(?:28...|3D000)$/;

/**
 * Waits for the server, checks it, and brings the schema up to date; when several processes start at once, one of them.
 * @throws DatabaseUnreachableError, DatabaseUnfitError, DatabaseNewerError, MigrationsBusyError
 */
export async function prepareDatabase(target: Target): Promise<void> {
  const source = await reach(target);
  try {
    await checkServer(source);
    if (target.isEmbedded) await migrate(source, target);
    else await locked(source, target, () => migrate(source, target));
    await checkRole(source, target);
  } finally {
    await source.destroy();
  }
}

async function reach(target: Target): Promise<DataSource> {
  const startedAt = performance.now();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    const outcome = await connect(target);
    if (outcome instanceof DataSource) return outcome;
    const waitedMs = Math.round(performance.now() - startedAt);
    if (HOPELESS.test(outcome.reason)) throw new DatabaseUnreachableError(nameOf(target), outcome.reason, 0);
    if (waitedMs + pauseMs > target.options.startTimeoutMs) throw new DatabaseUnreachableError(nameOf(target), outcome.reason, waitedMs);
    if (pauseMs === FIRST_PAUSE_MS) target.options.warn(`the database at ${nameOf(target)} does not answer yet (${outcome.reason})`);
    await wait(pauseMs);
  }
}

/** Its error names the user: only the reason goes on. */
async function connect(target: Target): Promise<DataSource | Failure> {
  try {
    return await new DataSource(dataSourceOptions(target, migratingPool(target), { migrations: MIGRATIONS, migrationsTableName: 'migrations' })).initialize();
  } catch (error) {
    const failure = failureOf(error);
    if (!failure) throw error;
    return failure;
  }
}

/** The lock goes with its transaction, so with its connection, however this process ends. */
async function locked(source: DataSource, { options }: Target, work: () => Promise<void>): Promise<void> {
  const holder = source.createQueryRunner();
  try {
    await holder.startTransaction();
    await takeLock(holder, options);
    await work();
    await holder.commitTransaction();
  } finally {
    await holder.release();
  }
}

async function takeLock(holder: QueryRunner, { schema, migrationTimeoutMs }: Target['options']): Promise<void> {
  for (const startedAt = performance.now(); ; ) {
    const [row] = (await holder.query('SELECT pg_try_advisory_xact_lock($1, hashtext($2)) AS "isMine"', [LOCK_SPACE, schema])) as [{ isMine: boolean }];
    if (row.isMine) return;
    if (performance.now() - startedAt > migrationTimeoutMs) throw new MigrationsBusyError(migrationTimeoutMs);
    await wait(LOCK_PAUSE_MS);
  }
}

async function migrate(source: DataSource, target: Target): Promise<void> {
  await ensureSchema(source, target);
  await ensureVector(source, target);
  await refuseNewer(source, target);
  const done = await source.runMigrations({ transaction: 'each' });
  if (done.length > 0) target.options.info(`the database's tables are up to date (${done.map(({ name }) => name).join(', ')})`);
}

async function refuseNewer(source: DataSource, { options: { schema } }: Target): Promise<void> {
  const [table] = (await source.query('SELECT to_regclass($1) AS name', [`${schema}.migrations`])) as [{ name: string | null }];
  if (table.name === null) return;
  const known = MIGRATIONS.map(({ name }) => name);
  const rows = (await source.query(`SELECT name FROM "${schema}".migrations WHERE name <> ALL($1) ORDER BY timestamp DESC LIMIT 1`, [known])) as { name: string }[];
  if (rows[0]) throw new DatabaseNewerError(rows[0].name);
}
