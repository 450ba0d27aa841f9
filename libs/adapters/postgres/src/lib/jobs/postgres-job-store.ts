import { JobConflictError, JobExistsError, JobStore, JobStoreUnavailableError, type JobFilter, type JobRecord } from '@cortex/jobs';
import { In, type EntityManager } from 'typeorm';
import type { Database } from '../database/database';
import { DatabaseUnavailableError } from '../postgres.errors';
import { JobRow } from './job.entity';

/** Job records as rows: each change is one statement that holds for one revision. */
export class PostgresJobStore extends JobStore {
  constructor(private readonly database: Database) {
    super();
  }

  insert(job: JobRecord): Promise<void> {
    return this.#use(async (manager) => {
      const { raw } = await manager.createQueryBuilder().insert().into(JobRow).values(rowOf(job)).orIgnore().returning('id').execute();
      if ((raw as unknown[]).length === 0) throw new JobExistsError(job.id);
    });
  }

  find(id: string): Promise<JobRecord | undefined> {
    return this.#use(async (manager) => (await manager.findOneBy(JobRow, { id }))?.record);
  }

  replace(job: JobRecord): Promise<void> {
    const revision = job.revision - 1;
    return this.#use(async (manager) => {
      const { affected } = await manager.update(JobRow, { id: job.id, revision }, rowOf(job));
      if (affected !== 1) throw new JobConflictError(job.id, revision);
    });
  }

  list({ tenant, kind, states, after, limit }: JobFilter): Promise<readonly JobRecord[]> {
    return this.#use(async (manager) => {
      const query = manager.createQueryBuilder(JobRow, 'job').select('job').orderBy({ 'job.createdAt': 'DESC', 'job.id': 'DESC' }).limit(limit);
      if (tenant !== undefined) query.andWhere({ tenant });
      if (kind !== undefined) query.andWhere({ kind });
      if (states) query.andWhere({ state: In(states) });
      if (after) query.andWhere('(job.createdAt, job.id) < (:createdAt, :id)', after);
      return (await query.getMany()).map(({ record }) => record);
    });
  }

  remove(id: string, revision: number): Promise<void> {
    return this.#use(async (manager) => {
      const { affected } = await manager.delete(JobRow, { id, revision });
      if (affected !== 1 && (await manager.existsBy(JobRow, { id }))) throw new JobConflictError(id, revision);
    });
  }

  async #use<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await this.database.use(work);
    } catch (error) {
      throw error instanceof DatabaseUnavailableError ? new JobStoreUnavailableError(error) : error;
    }
  }
}

/** TypeORM's types take a document's fields for columns. */
function rowOf(record: JobRecord): never {
  const { id, revision, tenant, kind, state, createdAt } = record;
  return { id, revision, tenant, kind, state, createdAt, record } satisfies JobRow as never;
}
