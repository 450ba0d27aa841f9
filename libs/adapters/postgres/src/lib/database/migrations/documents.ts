import type { MigrationInterface, QueryRunner } from 'typeorm';
import { enterSchema } from './schema';

/** Records as elsewhere: `json`, and beside it what is searched for. */
const TABLES = `
  CREATE TABLE collections (
    tenant text COLLATE "C" NOT NULL,
    collection text COLLATE "C" NOT NULL,
    revision integer NOT NULL,
    record json NOT NULL,
    PRIMARY KEY (tenant, collection)
  );

  CREATE TABLE documents (
    tenant text COLLATE "C" NOT NULL,
    collection text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    revision integer NOT NULL,
    state text NOT NULL,
    metadata jsonb NOT NULL,
    record json NOT NULL,
    PRIMARY KEY (tenant, collection, id)
  );
  CREATE INDEX documents_in_state ON documents (tenant, collection, state, id);
`;

/** Collections and their documents, without what is searched. */
export class Documents1795737600001 implements MigrationInterface {
  readonly name = 'Documents1795737600001';

  async up(runner: QueryRunner): Promise<void> {
    await enterSchema(runner);
    await runner.query(TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await enterSchema(runner);
    await runner.query('DROP TABLE documents, collections');
  }
}
