import { patiently } from '@cortex/jobs';
import { internalContext, type Budget, type RequestContext } from '@cortex/kernel';
import type { CollectionRecord } from '../collections/collection-record';
import { embeddedText, type Passage } from '../retrieval/passage';
import type { IndexedPassage } from '../retrieval/passage-index.port';
import { SpaceFiller, type SpaceFillerParts } from '../spaces/space-filler';

/** How long one waits for a model that is busy or away, before the job lets another one go first. */
const PATIENCE_MS = 30_000;

/** Passages of one document. */
export interface TitledPassages {
  readonly passages: readonly Passage[];
  readonly title: string | undefined;
}

/** Gives passages their vectors in every space of a collection. */
export class PassageVectors {
  /** `budgets`: what embedding is taken from. */
  constructor(private readonly parts: SpaceFillerParts, private readonly signal: AbortSignal, private readonly budgets?: readonly Budget[]) {}

  /** Of each document its passages with their vectors; all texts are embedded together. @throws what the models throw */
  async indexed({ tenant, spaces }: Pick<CollectionRecord, 'tenant' | 'spaces'>, documents: readonly TitledPassages[]): Promise<IndexedPassage[][]> {
    const texts = documents.flatMap(({ passages, title }) => passages.map((passage) => embeddedText(passage, title)));
    const context = this.#context(tenant);
    const vectors = await Promise.all(spaces.map((space) => patiently(() => this.parts.vectors.of(space, texts, context), { patienceMs: PATIENCE_MS, signal: this.signal })));
    let place = 0;
    const vectorsAt = (at: number) => Object.fromEntries(spaces.map(({ id }, which) => [id, vectors[which]![at]!]));
    return documents.map(({ passages }) => passages.map((passage) => ({ ...passage, vectors: vectorsAt(place++) })));
  }

  /** Of spaces that were begun meanwhile nobody else may know that passages came. False once the collection was removed. */
  async fillNewSpaces({ spaces }: CollectionRecord, find: () => Promise<CollectionRecord | undefined>): Promise<boolean> {
    const now = await find();
    if (!now) return false;
    const filler = new SpaceFiller(this.parts);
    for (const space of now.spaces.filter(({ id }) => !spaces.some((known) => known.id === id))) {
      for await (const _ of filler.fill(now, space, this.#context(now.tenant))) continue;
    }
    return true;
  }

  #context(tenant: string): RequestContext {
    return internalContext({ tenant, priority: 'low', signal: this.signal, ...(this.budgets && { budgets: this.budgets }) });
  }
}
