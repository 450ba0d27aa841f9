import type { MigrationInterface, QueryRunner } from 'typeorm';
import { enterSchema } from './schema';

const TABLES = ['collections', 'documents', 'passage_collections', 'passage_documents', 'passages', 'passage_words', 'passage_lexemes', 'passage_spaces', 'passage_vectors'];

/** Whom a superuser becomes. A role is the whole server's: another database may have made it. Who may make none is no superuser, and needs none. */
const TENANT_ROLE = `
  DO $$
  BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cortex_tenant') THEN
      CREATE ROLE cortex_tenant NOLOGIN;
    END IF;
  EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN
    RAISE NOTICE 'the role cortex_tenant was not made: %', SQLERRM;
  END $$;
`;

const POLICIES = TABLES.map(
  (table) => `
  ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
  CREATE POLICY of_tenant ON ${table} USING (tenant = current_setting('cortex.tenant', true));`,
).join('');

/** To sweep what was removed, whoever it belonged to. */
const EVERYBODY = `CREATE POLICY of_everybody ON collections FOR SELECT USING (current_setting('cortex.every_tenant', true) = 'on');`;

/** A superuser sees all rows, so it becomes one who does not. The search path is that of the migration: Cortex's schema, and pgvector's. */
const ENTER = (path: string) => `
  CREATE FUNCTION enter_tenant(tenant text) RETURNS void LANGUAGE sql AS $$
    SELECT set_config('cortex.tenant', tenant, true), set_config('search_path', '${path}', true), set_config('jit', 'off', true);
    SELECT set_config('role', 'cortex_tenant', true) FROM pg_catalog.pg_roles WHERE rolname = session_user AND (rolsuper OR rolbypassrls);
  $$;
  ALTER FUNCTION passages_with SET search_path = ${path}, pg_temp;
`;

const GRANTS = `
  DO $$
  BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'cortex_tenant') THEN
      EXECUTE format('GRANT USAGE ON SCHEMA %I TO cortex_tenant', current_schema());
      GRANT SELECT, INSERT, UPDATE, DELETE ON ${TABLES.join(', ')} TO cortex_tenant;
    END IF;
  END $$;
`;

/**
 * The reader of the index of words sees all of its table, and can do nothing else; each owner has one, and is a member of it no longer than before.
 * Who may make no roles keeps the function for himself: it finds the same, without the index.
 */
const WORDS = `
  DO $$
  DECLARE
    reader text := left('cortex_words_' || current_user, 63);
    is_new boolean := current_setting('server_version_num')::integer >= 160000;
    was_member boolean;
  BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = reader) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', reader);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        RAISE NOTICE 'the role % is there', reader;
      END;
    END IF;
    EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO %I', current_schema(), reader);
    EXECUTE format('GRANT SELECT ON passage_words TO %I', reader);
    EXECUTE format('CREATE POLICY of_words ON passage_words FOR SELECT TO %I USING (true)', reader);
    was_member := pg_has_role(reader, CASE WHEN is_new THEN 'SET' ELSE 'MEMBER' END);
    IF NOT was_member THEN
      EXECUTE format('GRANT %I TO CURRENT_USER', reader) || CASE WHEN is_new THEN ' WITH INHERIT FALSE, SET TRUE' ELSE '' END;
    END IF;
    EXECUTE format('ALTER FUNCTION passages_with OWNER TO %I', reader);
    IF NOT was_member THEN
      EXECUTE format('REVOKE %I FROM CURRENT_USER', reader);
    END IF;
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM %I', current_schema(), reader);
  EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'words are looked for without their index: %', SQLERRM;
  END $$;
`;

/** Row-level security under the tenants' tables: without a tenant in the transaction there are no rows. */
export class Tenancy1795737600003 implements MigrationInterface {
  readonly name = 'Tenancy1795737600003';

  async up(runner: QueryRunner): Promise<void> {
    await enterSchema(runner);
    const [{ path }] = (await runner.query(`SELECT current_setting('search_path') AS path`)) as [{ path: string }];
    for (const statements of [TENANT_ROLE, POLICIES, EVERYBODY, ENTER(path), GRANTS, WORDS]) await runner.query(statements);
  }

  /** The roles stay: other databases may have them in use. */
  async down(runner: QueryRunner): Promise<void> {
    await enterSchema(runner);
    await runner.query(`DROP FUNCTION enter_tenant; DROP POLICY of_everybody ON collections; DROP POLICY IF EXISTS of_words ON passage_words; ALTER FUNCTION passages_with OWNER TO CURRENT_USER;`);
    for (const table of TABLES) await runner.query(`DROP POLICY of_tenant ON ${table}; ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;`);
  }
}
