import type { MigrationInterface, QueryRunner } from 'typeorm';
import { enterSchema } from './schema';

/**
 * Documents are `json`, not `jsonb`: that refuses U+0000, which texts may hold. What is searched for has a column of its own.
 * Names and ids sort by their bytes, as they do elsewhere in Cortex.
 */
const TABLES = `
  -- How often each topic was changed: what processes look at to see each other's changes.
  CREATE TABLE changes (
    topic text PRIMARY KEY,
    number bigint NOT NULL
  );
  INSERT INTO changes VALUES ('model-catalog', 0), ('keys', 0);

  CREATE TABLE model_records (
    name text COLLATE "C" PRIMARY KEY,
    revision integer NOT NULL,
    -- Null where it was removed: others have to see that too.
    record json,
    -- The topic's number when it was written, and who wrote it.
    change bigint NOT NULL,
    writer uuid NOT NULL
  );
  CREATE INDEX model_records_change ON model_records (change);

  CREATE TABLE keys (
    id text COLLATE "C" PRIMARY KEY,
    place bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    record json NOT NULL
  );

  CREATE TABLE jobs (
    id text COLLATE "C" PRIMARY KEY,
    revision integer NOT NULL,
    tenant text NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    -- Milliseconds since 1970, as in the record.
    created_at bigint NOT NULL,
    record json NOT NULL
  );
  CREATE INDEX jobs_newest ON jobs (created_at, id);
  CREATE INDEX jobs_of_tenant ON jobs (tenant, created_at, id);
  CREATE INDEX jobs_in_state ON jobs (state, created_at, id);
`;

/** The catalogue's records, the keys, the jobs, and the counters of their changes. */
export class Initial1795651200000 implements MigrationInterface {
  /** Written out, as it is what the database remembers. */
  readonly name = 'Initial1795651200000';

  async up(runner: QueryRunner): Promise<void> {
    await enterSchema(runner);
    await runner.query(TABLES);
  }

  /** There is nothing before it. */
  async down(runner: QueryRunner): Promise<void> {
    await enterSchema(runner);
    await runner.query('DROP TABLE changes, model_records, keys, jobs');
  }
}
