/** PostgreSQL, a server or embedded in the installation; checked, migrated, and watched over. */
export { Database } from './lib/database/database';
export { EmbeddedPostgres, type EmbeddedPostgresOptions } from './lib/embedded/embedded-postgres';
/** Options with their defaults. */
export { postgresOptionsSchema, type PostgresConfiguration, type PostgresOptions, type PostgresStores } from './lib/postgres.options';
/** Why the database cannot be used; each has a stable code `POSTGRES.…`. */
export { DatabaseNewerError, DatabaseUnavailableError, DatabaseUnfitError, DatabaseUnreachableError, EmbeddedDatabaseError, FolderInUseError, MigrationsBusyError } from './lib/postgres.errors';
/** The ports' adapters, and what they see each other's changes by. */
export { ChangeFeed, type ChangeFeedOptions } from './lib/changes/change-feed';
export { PostgresModelCatalog, type PostgresModelCatalogParts } from './lib/catalog/postgres-model-catalog';
export { PostgresKeyStore } from './lib/keys/postgres-key-store';
export { PostgresJobStore } from './lib/jobs/postgres-job-store';
export { PostgresCollectionStore } from './lib/collections/postgres-collection-store';
export { PostgresDocumentStore } from './lib/documents/postgres-document-store';
export { PostgresPassageIndex } from './lib/passages/postgres-passage-index';
export { PostgresPassageSpaces } from './lib/passages/postgres-passage-spaces';
/** `PostgresModule.forRoot({ url })` or `({ folder })`. */
export { PostgresModule } from './lib/postgres.module';
