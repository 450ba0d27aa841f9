import type { DataSourceOptions, QueryRunner } from 'typeorm';

/** Until the migration's transaction ends, names without a schema are those of Cortex's own, and of pgvector. */
export async function enterSchema(runner: QueryRunner): Promise<void> {
  const { schema } = runner.dataSource.options as Extract<DataSourceOptions, { type: 'postgres' }>;
  const place = `SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'vector'`;
  await runner.query(`SELECT set_config('search_path', concat_ws(', ', quote_ident($1), (${place})), true)`, [schema]);
}
