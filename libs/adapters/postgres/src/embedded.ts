/** The embedded database's process alone: it may start while everything else is loaded. */
export { EmbeddedPostgres, type EmbeddedPostgresOptions } from './lib/embedded/embedded-postgres';
