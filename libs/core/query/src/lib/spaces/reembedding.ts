import { patiently, type JobRun, type Jobs, type JsonObject } from '@cortex/jobs';
import { internalContext, type RequestContext } from '@cortex/kernel';
import { contentsOf, type CollectionRecord, type EmbeddingSpace } from '../collections/collection-record';
import type { CollectionStore } from '../collections/collection-store.port';
import { CollectionNotFoundError, SpaceNotFoundError } from '../query.errors';
import { embeddedText } from '../retrieval/passage';
import type { PassageSpaces } from '../retrieval/passage-spaces.port';
import { REEMBEDDING, specOf } from './reembedding-job';
import type { SpaceGate } from './space-gate';
import { served, type Spaces } from './spaces';
import type { Vectors } from './vectors';

/** Passages that are embedded and stored together. */
const PORTION = 256;
const PATIENCE_MS = 30_000;

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
  constructor(private readonly parts: ReembeddingParts) {
    parts.jobs.register({ kind: REEMBEDDING, concurrency: 1, run: (run) => this.#run(run) });
  }

  async #run(run: JobRun): Promise<JsonObject> {
    const context = internalContext({ tenant: run.job.tenant, priority: 'low', signal: run.signal });
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
    const scope = contentsOf(collection);
    for (;;) {
      run.signal.throwIfAborted();
      const passages = await this.parts.passages.lacking(scope, space.id, PORTION);
      if (passages.length === 0) return;
      const texts = passages.map((passage) => embeddedText(passage, passage.document.title));
      const vectors = await patiently(() => this.parts.vectors.of(space, texts, context), { patienceMs: PATIENCE_MS, signal: run.signal });
      await this.parts.passages.store(scope, space.id, new Map(passages.map(({ id }, place) => [id, vectors[place]!])));
      const { checkpoint, counts } = run.job;
      await run.save({ checkpoint, counts: { ...counts, done: counts.done + passages.length } });
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
