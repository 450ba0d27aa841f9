import { PipelineCatalog, PipelineCatalogUnavailableError, PipelineConflictError, type PipelineRecord } from '@cortex/nlp-pipeline';
import type { EntityManager } from 'typeorm';
import type { Database } from '../database/database';
import { DatabaseUnavailableError } from '../postgres.errors';
import { PipelineRow } from './pipeline.entity';

/** Pipelines as rows. Every question goes to the database: what one replica changes holds for the next run on any. */
export class PostgresPipelineCatalog extends PipelineCatalog {
  constructor(private readonly database: Database) {
    super();
  }

  names(): Promise<readonly string[]> {
    return this.#use(async (manager) => (await manager.find(PipelineRow, { select: { name: true }, order: { name: 'ASC' } })).map(({ name }) => name));
  }

  find(name: string): Promise<PipelineRecord | undefined> {
    return this.#use(async (manager) => (await manager.findOneBy(PipelineRow, { name }))?.record);
  }

  /** One statement either way, so that of many writers of a revision one is let through. */
  async store({ name, revision, ...rest }: PipelineRecord): Promise<void> {
    const row = { name, revision, record: { name, revision, ...rest } } as never;
    const stored = await this.#use((manager) => (revision === 1 ? inserted(manager, row) : updated(manager, { name, revision: revision - 1 }, row)));
    if (!stored) throw new PipelineConflictError(name);
  }

  async remove(name: string, revision: number): Promise<void> {
    const { affected } = await this.#use((manager) => manager.delete(PipelineRow, { name, revision }));
    if (affected === 0) throw new PipelineConflictError(name);
  }

  async #use<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await this.database.use(work);
    } catch (error) {
      throw error instanceof DatabaseUnavailableError ? new PipelineCatalogUnavailableError(error.reason, { cause: error }) : error;
    }
  }
}

async function inserted(manager: EntityManager, row: never): Promise<boolean> {
  const { raw } = await manager.createQueryBuilder().insert().into(PipelineRow).values(row).orIgnore().returning('name').execute();
  return (raw as readonly unknown[]).length === 1;
}

async function updated(manager: EntityManager, kept: Pick<PipelineRow, 'name' | 'revision'>, row: never): Promise<boolean> {
  const { affected } = await manager.update(PipelineRow, kept, row);
  return affected === 1;
}
