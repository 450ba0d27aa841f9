import { CortexError } from '@cortex/kernel';

/** The database does not answer now; the reason is a code of the system's or the server's. */
export class DatabaseUnavailableError extends CortexError {
  readonly code = 'POSTGRES.UNAVAILABLE';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 1_000;

  constructor(readonly reason: string) {
    super(`the database does not answer (${reason})`);
  }
}

/** Another process has the folder of the embedded database. */
export class FolderInUseError extends CortexError {
  readonly code = 'POSTGRES.FOLDER_IN_USE';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 5_000;

  constructor(readonly folder: string, readonly pid: number | undefined) {
    super(`another process${pid === undefined ? '' : ` (${pid})`} has the embedded database in ${folder}: stop it, or give this one another folder or a PostgreSQL server`);
  }
}

/** The embedded database's process did not come up. */
export class EmbeddedDatabaseError extends CortexError {
  readonly code = 'POSTGRES.EMBEDDED_FAILED';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 5_000;

  constructor(readonly folder: string, readonly reason: string) {
    super(`the embedded database in ${folder} did not start: ${reason}`);
  }
}

/** The server could not be reached at the start. It names the database, never who logs in. */
export class DatabaseUnreachableError extends CortexError {
  readonly code = 'POSTGRES.UNREACHABLE';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 5_000;

  constructor(readonly database: string, readonly reason: string, readonly waitedMs: number) {
    super(`the database at ${database} cannot be used (${reason})${waitedMs > 0 ? ` after waiting ${waitedMs} ms` : ''}`);
  }
}

/** The server is there, but not fit for Cortex: too old, without pgvector, or closed to the role. The message says what to do. */
export class DatabaseUnfitError extends CortexError {
  readonly code = 'POSTGRES.UNFIT';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 60_000;
}

/** A later version of Cortex has been here: its tables are not understood. */
export class DatabaseNewerError extends CortexError {
  readonly code = 'POSTGRES.NEWER';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 60_000;

  constructor(readonly migration: string) {
    super(`the database has been changed by a later version of Cortex (migration ${migration}): start that version, or restore an earlier backup`);
  }
}

/** Another replica has been changing the tables for too long. */
export class MigrationsBusyError extends CortexError {
  readonly code = 'POSTGRES.MIGRATIONS_BUSY';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 60_000;

  constructor(readonly waitedMs: number) {
    super(`another process has been migrating the database for more than ${waitedMs} ms`);
  }
}
