import type { KeyStore } from '@cortex/identity';
import type { JobStore } from '@cortex/jobs';
import type { DependencyHealth } from '@cortex/kernel';
import type { ModelCatalog } from '@cortex/model-registry';
import type { PipelineCatalog } from '@cortex/nlp-pipeline';
import { z } from 'zod';
import type { EmbeddedPostgres } from './embedded/embedded-postgres';

const ms = z.int().positive();
const told = z.custom<(message: string) => void>((value) => typeof value === 'function', 'expected a function');
const nobody = () => undefined;

/** What is kept in the database, behind its ports. */
export interface PostgresStores {
  readonly catalog: ModelCatalog;
  readonly keys: KeyStore;
  readonly jobs: JobStore;
  readonly pipelines: PipelineCatalog;
}

type OnOpen = (stores: PostgresStores) => Promise<void>;
const NO_HEALTH: DependencyHealth = { up: nobody, down: nobody };

/** Which database, and how it is used. Times are milliseconds. */
export const postgresOptionsSchema = z
  .strictObject({
    /** `postgres://user:password@host:port/database`. Default: an embedded database in `folder`. */
    url: z.string().refine(isPostgresUrl, 'expected postgres://user:password@host:port/database').optional(),
    /** Of the embedded database alone; made when it is absent. */
    folder: z.string().min(1).optional(),
    /** An embedded database that was begun already; it ends with this one's use of it. Default: begun now, in `folder`. */
    embedded: z.custom<EmbeddedPostgres>((value) => typeof value === 'object' && value !== null, 'expected an EmbeddedPostgres').optional(),
    /** Everything is kept in this schema of the database. Default `cortex`. */
    schema: z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, 'expected at most 63 lower case letters, digits and underscores').default('cortex'),
    /** Connections of this process at most; the embedded database has one. Default 10. */
    poolSize: z.int().positive().default(10),
    /** How long a connection, or a free one of the pool, is waited for. Default 5 s. */
    connectTimeoutMs: ms.default(5_000),
    /** How long one statement may take; the answer is waited for a second longer. Migrations take as long as they take. Default 5 s. */
    statementTimeoutMs: ms.default(5_000),
    /** How long a server that cannot be reached is waited for at the start. Default 30 s. */
    startTimeoutMs: ms.default(30_000),
    /** How long another replica's migrations are waited for. Default 10 minutes. */
    migrationTimeoutMs: ms.default(600_000),
    /** Between two looks for what other processes changed. Default 500. */
    pollMs: ms.default(500),
    /** Hears whether the database answers. Default nobody. */
    health: z.custom<DependencyHealth>((value) => typeof value === 'object' && value !== null, 'expected a DependencyHealth').default(() => NO_HEALTH),
    /** Runs in the module before anybody else gets the stores, to take in what was kept elsewhere. Default nothing. */
    onOpen: z.custom<OnOpen>((value) => typeof value === 'function', 'expected a function').default(() => async () => undefined),
    /** Hear what an operator should know. Default nobody. */
    info: told.default(() => nobody),
    warn: told.default(() => nobody),
  })
  .refine(({ url, folder, embedded }) => url !== undefined || folder !== undefined || embedded !== undefined, 'expected a url, or a folder for an embedded database');

export type PostgresConfiguration = z.input<typeof postgresOptionsSchema>;
/** The options with their defaults filled in. */
export type PostgresOptions = z.output<typeof postgresOptionsSchema>;

function isPostgresUrl(text: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(text) && URL.canParse(text);
}
