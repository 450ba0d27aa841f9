import type { DataSourceOptions, QueryRunner } from 'typeorm';

/** Until the migration's transaction ends, names without a schema are those of Cortex's own. */
export async function enterSchema(runner: QueryRunner): Promise<void> {
  const { schema } = runner.dataSource.options as Extract<DataSourceOptions, { type: 'postgres' }>;
  await runner.query(`SET LOCAL search_path TO "${schema}"`);
}
