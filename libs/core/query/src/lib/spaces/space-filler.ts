import { patiently } from '@cortex/jobs';
import type { RequestContext } from '@cortex/kernel';
import { contentsOf, type CollectionRecord, type EmbeddingSpace } from '../collections/collection-record';
import { embeddedText } from '../retrieval/passage';
import type { PassageSpaces } from '../retrieval/passage-spaces.port';
import type { Vectors } from './vectors';

/** Passages that are embedded and stored together. */
const PORTION = 256;
/** How long one waits for a model that is busy or away. */
const PATIENCE_MS = 30_000;

export interface SpaceFillerParts {
  readonly passages: PassageSpaces;
  readonly vectors: Vectors;
}

/** Gives published passages the vectors that they lack in a space. */
export class SpaceFiller {
  constructor(private readonly parts: SpaceFillerParts) {}

  /** Says after each portion how many there were; ends when no passage lacks a vector. @throws what store and model throw, the signal's reason */
  async *fill(collection: CollectionRecord, space: EmbeddingSpace, context: RequestContext): AsyncGenerator<number> {
    const scope = contentsOf(collection);
    for (;;) {
      context.signal.throwIfAborted();
      const passages = await this.parts.passages.lacking(scope, space.id, PORTION);
      if (passages.length === 0) return;
      const texts = passages.map((passage) => embeddedText(passage, passage.document.title));
      const vectors = await patiently(() => this.parts.vectors.of(space, texts, context), { patienceMs: PATIENCE_MS, signal: context.signal });
      await this.parts.passages.store(scope, space.id, new Map(passages.map(({ id }, place) => [id, vectors[place]!])));
      yield passages.length;
    }
  }
}
