import type { DataSourceOptions } from 'typeorm';
import type { EmbeddedPostgres } from '../embedded/embedded-postgres';
import type { PostgresOptions } from '../postgres.options';

const KEEP_ALIVE_MS = 10_000;
const IDLE_MS = 60_000;
/** The server cancels a statement first; whoever hears nothing a second later has lost it. */
const GRACE_MS = 1_000;

/** Where a client connects: a URL, or the folder of a socket. */
export type Address = { readonly url: string } | EmbeddedPostgres['address'];

/** One database, and what TypeORM needs to use it. */
export interface Target {
  readonly address: Address;
  readonly isEmbedded: boolean;
  readonly options: PostgresOptions;
}

/** For people: `host:port/database`, never who logs in. */
export function nameOf({ address }: Target): string {
  if (!('url' in address)) return address.host;
  const { hostname, port, pathname } = new URL(address.url);
  return `${hostname || 'localhost'}:${port || '5432'}${pathname}`;
}

/** The pool of the serving process. */
export function servingPool({ isEmbedded, options }: Target): object {
  const { poolSize, statementTimeoutMs } = options;
  return { max: isEmbedded ? 1 : poolSize, statement_timeout: statementTimeoutMs, query_timeout: statementTimeoutMs + GRACE_MS };
}

/** The pool of the start: a lock and a migration, which take as long as they take. */
export function migratingPool({ isEmbedded }: Target): object {
  return { max: isEmbedded ? 1 : 2 };
}

/** A data source over one of the pools. Nothing is logged: statements carry values. */
export function dataSourceOptions({ address, options }: Target, pool: object, rest: Partial<DataSourceOptions>): DataSourceOptions {
  const where = 'url' in address ? address : { host: address.host, port: address.port, username: address.user, database: address.database };
  const connection = { keepAlive: true, keepAliveInitialDelayMillis: KEEP_ALIVE_MS, idleTimeoutMillis: IDLE_MS, allowExitOnIdle: true };
  return {
    ...where,
    ...rest,
    type: 'postgres',
    schema: options.schema,
    applicationName: 'cortex',
    connectTimeoutMS: options.connectTimeoutMs,
    installExtensions: false,
    logging: false,
    extra: { ...connection, ...pool },
  } as DataSourceOptions;
}
