import { QueryStoreUnavailableError } from '@cortex/query';
import type { EntityManager } from 'typeorm';
import type { Database } from '../database/database';
import { DatabaseUnavailableError } from '../postgres.errors';

/** Ways to the tables of tenants, whose rows nobody sees outside of one. */
export class Tenancy {
  constructor(readonly database: Database) {}

  /** A transaction that sees one tenant's rows alone, whatever its statements ask for; the tables go by their bare names in it. @throws QueryStoreUnavailableError */
  inside<T>(tenant: string, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return reaching(() =>
      this.database.transaction(async (manager) => {
        await manager.query(`SELECT "${this.database.schema}".enter_tenant($1)`, [tenant]);
        return work(manager);
      }),
    );
  }

  /** A transaction that reads everybody's collections, and nothing else. @throws QueryStoreUnavailableError */
  everywhere<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return reaching(() =>
      this.database.transaction(async (manager) => {
        await manager.query(`SELECT "${this.database.schema}".enter_tenant(''), set_config('cortex.every_tenant', 'on', true)`);
        return work(manager);
      }),
    );
  }
}

/** What happens to the database is told as what happens to the store. */
export async function reaching<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    throw error instanceof DatabaseUnavailableError ? new QueryStoreUnavailableError(error) : error;
  }
}
