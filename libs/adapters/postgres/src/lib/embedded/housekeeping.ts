import { SystemClock, type Clock } from '@cortex/kernel';
import type { PGlite } from '@electric-sql/pglite';
import type { SharedSession } from './shared-session';

const CHECK_MS = 5_000;
/** Of the write-ahead log: so much is played again after a crash, in about half a second. */
const CHECKPOINT_BYTES = 32 * 2 ** 20;
const VACUUM_MS = 300_000;
const WRITTEN = 'SELECT pg_current_wal_lsn()::text AS at, pg_wal_lsn_diff(pg_current_wal_lsn(), $1::pg_lsn)::float8 AS written';
/** As autovacuum's defaults, with a larger floor: a fifth of a table's rows, and some. */
const DUE = `SELECT format('%I.%I', schemaname, relname) AS "table" FROM pg_stat_user_tables
  WHERE greatest(n_dead_tup, n_mod_since_analyze) > 1000 + 0.2 * n_live_tup`;

export interface HousekeepingOptions {
  readonly db: Pick<PGlite, 'query' | 'exec'>;
  readonly session: Pick<SharedSession, 'units' | 'exclusively'>;
  /** Hears once when it begins to fail, until it works again. */
  readonly warn: (error: unknown) => void;
}

/** What a PostgreSQL server does beside its clients, and PGlite, which is one process, never does: checkpoints and vacuum. */
export class Housekeeping implements Disposable {
  #timer: NodeJS.Timeout | undefined;
  #isOpen = true;
  #isFailing = false;
  #units = 0;
  #checkpointAt = '0/0';
  #vacuumedAt: number;

  constructor(private readonly options: HousekeepingOptions, private readonly clock: Clock = new SystemClock()) {
    this.#vacuumedAt = clock.now();
    this.#plan();
  }

  [Symbol.dispose](): void {
    this.#isOpen = false;
    clearTimeout(this.#timer);
  }

  /** Does what is due; nothing when nobody has used the database since. */
  async keep(): Promise<void> {
    const { units } = this.options.session;
    if (units === this.#units) return;
    this.#units = units;
    await this.#checkpointIfDue();
    if (this.clock.now() - this.#vacuumedAt > VACUUM_MS) await this.#vacuum();
  }

  #plan(): void {
    if (this.#isOpen) this.#timer = setTimeout(() => void this.#look(), CHECK_MS);
  }

  async #look(): Promise<void> {
    try {
      await this.keep();
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.options.warn(error);
      this.#isFailing = true;
    }
    this.#plan();
  }

  #checkpointIfDue(): Promise<void> {
    const { db, session } = this.options;
    return session.exclusively(async () => {
      const { rows } = await db.query<{ at: string; written: number }>(WRITTEN, [this.#checkpointAt]);
      const { at, written } = rows[0]!;
      if (written < CHECKPOINT_BYTES) return;
      await db.exec('CHECKPOINT');
      this.#checkpointAt = at;
    });
  }

  /** One table a turn, so that clients come between. */
  async #vacuum(): Promise<void> {
    const { db, session } = this.options;
    this.#vacuumedAt = this.clock.now();
    const { rows } = await session.exclusively(() => db.query<{ table: string }>(DUE));
    for (const { table } of rows) await session.exclusively(() => db.exec(`VACUUM (ANALYZE) ${table}`));
  }
}
