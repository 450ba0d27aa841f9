import type { JobRecord, Jobs } from '@cortex/jobs';
import type { RequestContext } from '@cortex/kernel';
import { contentsOf, type CollectionRecord, type EmbeddingSpace } from '../collections/collection-record';
import type { CollectionStore } from '../collections/collection-store.port';
import { CollectionConflictError, CollectionNotFoundError, SpaceInUseError, SpaceNotFoundError } from '../query.errors';
import type { PassageSpaces } from '../retrieval/passage-spaces.port';
import { REEMBEDDING, type ReembeddingSpec } from './reembedding-job';
import type { Vectors } from './vectors';

export interface SpacesParts {
  readonly collections: CollectionStore;
  readonly passages: PassageSpaces;
  readonly vectors: Vectors;
  readonly jobs: Pick<Jobs, 'submit'>;
}

/** Spaces of a collection: one serves, one may be filling, those that served before stay ready to serve again. */
const MOST_SPACES = 4;
const MOST_TRIES = 5;

/** Which model's vectors a collection is searched by, and how it comes to another one without a pause. */
export class Spaces {
  constructor(private readonly parts: SpacesParts) {}

  /** Begins a space by the model. A job fills it while the old one serves, and lets it serve once it is as good. @throws SpaceInUseError, and what the model throws */
  async begin(collection: CollectionRecord, model: string, context: RequestContext): Promise<{ readonly space: EmbeddingSpace; readonly job: JobRecord }> {
    const space = await this.parts.vectors.newSpace(model, 'building', context);
    const { tenant, collection: name, id } = await this.change(collection, (record) => begun(record, space));
    const spec: ReembeddingSpec = { collection: name, collectionId: id, space: space.id, ...(context.budgets && { budgets: [...context.budgets] }) };
    const job = await this.parts.jobs.submit({ tenant, kind: REEMBEDDING, spec });
    return { space, job };
  }

  /** Lets a space serve, at once: back to the one before, or on to one that its gate did not pass. @throws SpaceNotFoundError, SpaceInUseError while passages lack vectors in it */
  async serve(collection: CollectionRecord, id: string): Promise<CollectionRecord> {
    const space = this.#get(collection, id);
    const lacking = await this.parts.passages.lacking(contentsOf(collection), space.id, 1);
    if (lacking.length > 0) throw new SpaceInUseError(id, 'it is not filled yet');
    return this.change(collection, (record) => served(record, id));
  }

  /** @throws SpaceNotFoundError, SpaceInUseError for the one that serves */
  async drop(collection: CollectionRecord, id: string): Promise<CollectionRecord> {
    if (this.#get(collection, id).state === 'serving') throw new SpaceInUseError(id, 'it serves');
    const left = await this.change(collection, (record) => ({ ...record, spaces: record.spaces.filter((space) => space.id !== id || space.state === 'serving') }));
    await this.parts.passages.drop(contentsOf(collection), id);
    return left;
  }

  /** Stores what `edit` makes of the newest record. @throws CollectionNotFoundError, CollectionConflictError, what `edit` throws */
  async change(collection: CollectionRecord, edit: (record: CollectionRecord) => CollectionRecord): Promise<CollectionRecord> {
    for (let tries = 1; ; tries += 1) {
      const record = await this.parts.collections.find(collection);
      if (record?.id !== collection.id || record.removedAt !== undefined) throw new CollectionNotFoundError(collection.collection);
      const next = { ...edit(record), revision: record.revision + 1, updatedAt: Date.now() };
      try {
        await this.parts.collections.replace(next);
        return next;
      } catch (error) {
        if (!(error instanceof CollectionConflictError) || tries === MOST_TRIES) throw error;
      }
    }
  }

  #get({ spaces }: CollectionRecord, id: string): EmbeddingSpace {
    const space = spaces.find((one) => one.id === id);
    if (!space) throw new SpaceNotFoundError(id);
    return space;
  }
}

/** With that space serving, and the one that served standing by. @throws SpaceNotFoundError */
export function served(record: CollectionRecord, id: string): CollectionRecord {
  if (!record.spaces.some((space) => space.id === id)) throw new SpaceNotFoundError(id);
  const stateOf = (space: EmbeddingSpace) => (space.id === id ? 'serving' : space.state === 'serving' ? 'standby' : space.state);
  return { ...record, spaces: record.spaces.map((space) => ({ ...space, state: stateOf(space) })) };
}

function begun(record: CollectionRecord, space: EmbeddingSpace): CollectionRecord {
  const building = record.spaces.find(({ state }) => state === 'building');
  if (building) throw new SpaceInUseError(building.id, 'it is being filled; wait for it, or drop it');
  if (record.spaces.length >= MOST_SPACES) throw new SpaceInUseError(record.spaces[0]!.id, `a collection has at most ${MOST_SPACES} spaces; drop one that stands by`);
  return { ...record, spaces: [...record.spaces, space] };
}
