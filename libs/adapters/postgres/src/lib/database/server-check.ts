import type { DataSource } from 'typeorm';
import { DatabaseUnfitError } from '../postgres.errors';
import { failureOf } from './failure';
import { nameOf, type Target } from './target';

const OLDEST_SERVER = 15;
/** Earlier ones cannot go on looking where a filter left too few neighbours. */
const OLDEST_VECTOR = [0, 8, 0];
/** Earlier ones may damage an HNSW index in a vacuum. */
const SOUND_VECTOR = [0, 8, 4];
const INSUFFICIENT_PRIVILEGE = '42501';

/** @throws DatabaseUnfitError */
export async function checkServer(source: DataSource): Promise<void> {
  const [row] = (await source.query(`SELECT current_setting('server_version_num')::int / 10000 AS major`)) as [{ major: number }];
  if (row.major < OLDEST_SERVER) throw new DatabaseUnfitError(`PostgreSQL ${OLDEST_SERVER} or newer is needed, the server is ${row.major}`);
}

/** Makes the schema where it is absent. @throws DatabaseUnfitError */
export async function ensureSchema(source: DataSource, { options: { schema } }: Target): Promise<void> {
  const found = (await source.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema])) as unknown[];
  if (found.length > 0) return;
  await permitted(source, `CREATE SCHEMA "${schema}"`, `the role may not make the schema '${schema}': GRANT CREATE ON DATABASE … TO the role, or make the schema for it`);
}

/** Makes the extension where it is absent and the role may. @throws DatabaseUnfitError */
export async function ensureVector(source: DataSource, target: Target): Promise<void> {
  if ((await vectorVersion(source)) === undefined) {
    const [row] = (await source.query(`SELECT EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'vector') AS "isThere"`)) as [{ isThere: boolean }];
    if (!row.isThere) throw new DatabaseUnfitError('the server has no pgvector: install its package (0.8.4 or newer) beside PostgreSQL');
    await permitted(source, 'CREATE EXTENSION IF NOT EXISTS vector', 'the role may not add pgvector to the database: let a superuser run CREATE EXTENSION vector there');
  }
  const version = (await vectorVersion(source)) ?? '0';
  if (isOlder(version, OLDEST_VECTOR)) throw new DatabaseUnfitError(`pgvector ${OLDEST_VECTOR.join('.')} or newer is needed, the database has ${version}: install it, then ALTER EXTENSION vector UPDATE`);
  if (isOlder(version, SOUND_VECTOR)) target.options.warn(`pgvector ${version} may damage an HNSW index in a vacuum: ${SOUND_VECTOR.join('.')} or newer is advised`);
}

/** Row-level security does not hold for a superuser, and a leak of the URL would be one of everything. The embedded database has no other role. */
export async function checkRole(source: DataSource, target: Target): Promise<void> {
  const [row] = (await source.query(`SELECT current_setting('is_superuser')::boolean AS "isSuper"`)) as [{ isSuper: boolean }];
  if (row.isSuper && !target.isEmbedded) target.options.warn(`the role that logs in to ${nameOf(target)} is a superuser: a role that owns its database is enough`);
}

async function vectorVersion(source: DataSource): Promise<string | undefined> {
  const rows = (await source.query(`SELECT extversion AS version FROM pg_extension WHERE extname = 'vector'`)) as { version: string }[];
  return rows[0]?.version;
}

async function permitted(source: DataSource, statement: string, problem: string): Promise<void> {
  try {
    await source.query(statement);
  } catch (error) {
    if (failureOf(error)?.reason !== INSUFFICIENT_PRIVILEGE) throw error;
    throw new DatabaseUnfitError(problem);
  }
}

function isOlder(version: string, than: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  const at = than.findIndex((part, i) => (parts[i] ?? 0) !== part);
  return at >= 0 && (parts[at] ?? 0) < than[at]!;
}
