/** PostgreSQL, a server or embedded in the installation; checked, migrated, and watched over. */
export { Database } from './lib/database/database';
export { EmbeddedPostgres, type EmbeddedPostgresOptions } from './lib/embedded/embedded-postgres';
/** Options with their defaults. */
export { postgresOptionsSchema, type PostgresConfiguration, type PostgresOptions } from './lib/postgres.options';
/** Why the database cannot be used; each has a stable code `POSTGRES.…`. */
export { DatabaseNewerError, DatabaseUnavailableError, DatabaseUnfitError, DatabaseUnreachableError, EmbeddedDatabaseError, FolderInUseError, MigrationsBusyError } from './lib/postgres.errors';
