import { inOrder, isPassing, type JobRun, type Jobs, type JsonObject } from '@cortex/jobs';
import { contentsOf, type CollectionRecord } from '../collections/collection-record';
import type { CollectionStore } from '../collections/collection-store.port';
import { DocumentIngestion, type DocumentIngestionParts } from './document-ingestion';
import { INGESTION, nextOf, specOf } from './ingestion-job';

/** Documents of a job that are between bytes and passages at once: full batches of short ones, and little memory for long ones. */
const DOCUMENTS_AT_ONCE = 8;
const SAVE_EVERY_MS = 500;

export interface IngestionParts extends DocumentIngestionParts {
  readonly jobs: Pick<Jobs, 'register'>;
  readonly collections: CollectionStore;
}

/** Jobs that make documents findable. One that is run again goes on where it stopped. */
export class Ingestion {
  constructor(private readonly parts: IngestionParts) {
    parts.jobs.register({ kind: INGESTION, concurrency: 1, comesBack: isPassing, run: (run) => this.#run(run) });
  }

  async #run(run: JobRun): Promise<JsonObject> {
    const { documents, collection, collectionId } = specOf(run.job);
    let { counts: { done, failed } } = run.job;
    let [next, savedAt] = [nextOf(run.job), performance.now()];
    const save = () => run.save({ checkpoint: { next }, counts: { total: documents.length, done, failed } });
    const find = () => this.#collection({ tenant: run.job.tenant, collection }, collectionId);

    const outcomes = inOrder(from(documents, next), DOCUMENTS_AT_ONCE, async ([id, generation]) =>
      new DocumentIngestion(this.parts, find, run.signal).finish(id, generation));
    for await (const outcome of outcomes) {
      next += 1;
      if (outcome === 'failed') failed += 1;
      else done += 1;
      if (performance.now() - savedAt < SAVE_EVERY_MS) continue;
      await save();
      savedAt = performance.now();
    }
    await save();
    await this.#settle(await find());
    return { done, failed };
  }

  /** Once for all documents: searches of what is not settled are slower, not wrong. */
  async #settle(collection: CollectionRecord | undefined): Promise<void> {
    for (const { id } of collection?.spaces ?? []) await this.parts.spaces.settle(contentsOf(collection!), id);
  }

  /** Undefined once it was removed, whatever has its name now. */
  async #collection(scope: { readonly tenant: string; readonly collection: string }, id: string): Promise<CollectionRecord | undefined> {
    const found = await this.parts.collections.find(scope);
    return found?.id === id && found.removedAt === undefined ? found : undefined;
  }
}

async function* from<T>(items: readonly T[], start: number): AsyncGenerator<T> {
  yield* items.slice(start);
}
