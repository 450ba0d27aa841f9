import { isPassing, type JobRun, type Jobs, type JsonObject } from '@cortex/jobs';
import { internalContext, type RequestContext } from '@cortex/kernel';
import { contentsOf, type CollectionRecord, type EmbeddingSpace } from '../collections/collection-record';
import type { CollectionStore } from '../collections/collection-store.port';
import { CollectionNotFoundError, SpaceNotFoundError } from '../query.errors';
import type { PassageSpaces } from '../retrieval/passage-spaces.port';
import { REEMBEDDING, specOf } from './reembedding-job';
import { SpaceFiller } from './space-filler';
import type { SpaceGate } from './space-gate';
import { served, type Spaces } from './spaces';
import type { Vectors } from './vectors';

export interface ReembeddingParts {
  readonly jobs: Pick<Jobs, 'register'>;
  readonly collections: CollectionStore;
  readonly passages: PassageSpaces;
  readonly vectors: Vectors;
  readonly gate: SpaceGate;
  readonly spaces: Spaces;
}

/** Jobs that fill a new space while the old one serves, and let it serve once it is as good. */
export class Reembedding {
  readonly #filler: SpaceFiller;

  constructor(private readonly parts: ReembeddingParts) {
    this.#filler = new SpaceFiller(parts);
    parts.jobs.register({ kind: REEMBEDDING, concurrency: 1, comesBack: isPassing, run: (run) => this.#run(run) });
  }

  async #run(run: JobRun): Promise<JsonObject> {
    const { budgets } = specOf(run.job);
    const context = internalContext({ tenant: run.job.tenant, priority: 'low', signal: run.signal, ...(budgets && { budgets }) });
    const { collection, space } = await this.#find(run);
    await this.#fill(run, { collection, space }, context);
    await this.parts.passages.settle(contentsOf(collection), space.id);
    const gate = await this.parts.gate.measure(collection, space, context);
    if (!gate.passes) return { space: space.id, serves: false, ...gate };

    await this.parts.spaces.change(collection, (record) => served(record, space.id));
    await this.#fill(run, { collection, space }, context); // what was published in between
    return { space: space.id, serves: true, ...gate };
  }

  async #fill(run: JobRun, { collection, space }: Found, context: RequestContext): Promise<void> {
    const published = await this.parts.passages.count(contentsOf(collection));
    for await (const filled of this.#filler.fill(collection, space, context)) {
      const { checkpoint, counts } = run.job;
      const done = counts.done + filled;
      await run.save({ checkpoint, counts: { ...counts, total: Math.max(published, done), done } });
    }
  }

  /** @throws CollectionNotFoundError, SpaceNotFoundError where somebody removed them */
  async #find({ job }: JobRun): Promise<Found> {
    const { collection: name, collectionId, space: id } = specOf(job);
    const collection = await this.parts.collections.find({ tenant: job.tenant, collection: name });
    if (collection?.id !== collectionId || collection.removedAt !== undefined) throw new CollectionNotFoundError(name);
    const space = collection.spaces.find((one) => one.id === id);
    if (!space) throw new SpaceNotFoundError(id);
    return { collection, space };
  }
}

interface Found {
  readonly collection: CollectionRecord;
  readonly space: EmbeddingSpace;
}
