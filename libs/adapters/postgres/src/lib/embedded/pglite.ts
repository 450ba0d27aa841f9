import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';

/** Segments of 16 MB would be most of a small database. */
const INITDB = ['--wal-segsize=1'];
/** Half the memory of the defaults, which are made for a machine of its own; and the log is kept short by `Housekeeping`. */
const SETTINGS = ['shared_buffers=16MB', 'min_wal_size=8MB', 'max_connections=20'];

/** Opens the database of a folder, and makes it in one that is empty or absent. */
export function openPGlite(dataDir: string): Promise<PGlite> {
  const startParams = [...PGlite.defaultStartParams, ...SETTINGS.flatMap((setting) => ['-c', setting])];
  return PGlite.create({ dataDir, extensions: { vector }, startParams, initDbStartParams: INITDB });
}

/** Changes with whatever makes a fresh database another one. */
export function pgliteVersion(): string {
  const manifest = join(dirname(require.resolve('@electric-sql/pglite')), '../package.json');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
