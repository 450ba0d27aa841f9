import type { MigrationInterface, QueryRunner } from 'typeorm';
import { enterSchema } from './schema';

/** Pipelines of text analysis, a record a name. */
export class Pipelines1795737600000 implements MigrationInterface {
  readonly name = 'Pipelines1795737600000';

  async up(runner: QueryRunner): Promise<void> {
    await enterSchema(runner);
    await runner.query('CREATE TABLE pipelines (name text COLLATE "C" PRIMARY KEY, revision integer NOT NULL, record json NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await enterSchema(runner);
    await runner.query('DROP TABLE pipelines');
  }
}
