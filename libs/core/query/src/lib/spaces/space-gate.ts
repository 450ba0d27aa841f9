import type { RequestContext } from '@cortex/kernel';
import { sentencesOf } from '@cortex/text-models';
import { PROBES } from '../answers/probes';
import { contentsOf, servingSpace, type CollectionRecord, type EmbeddingSpace } from '../collections/collection-record';
import type { FoundPassage } from '../retrieval/passage';
import type { PassageIndex } from '../retrieval/passage-index.port';
import type { Vectors } from './vectors';

/** How well passages are found by one of their sentences, in the space that serves and in the one that shall. */
export interface GateResult {
  /** Mean reciprocal rank within ten, 0..1. */
  readonly serving: number;
  readonly candidate: number;
  readonly queries: number;
  readonly passes: boolean;
}

const PER_PROBE = 6;
const DEPTH = 10;
/** What of the serving space's figure the candidate must reach. */
const SHARE = 0.95;

/** Compares two spaces of a collection on its own passages. */
export class SpaceGate {
  constructor(private readonly parts: { readonly index: PassageIndex; readonly vectors: Vectors }) {}

  /** A collection without passages passes. @throws what index and models throw */
  async measure(collection: CollectionRecord, candidate: EmbeddingSpace, context: RequestContext): Promise<GateResult> {
    const serving = servingSpace(collection);
    const known = (await this.#sample(collection, serving, context)).map(({ id, text }) => ({ id, query: longestSentence(text) }));
    const [before, after] = [await this.#meanRank(collection, { space: serving, known }, context), await this.#meanRank(collection, { space: candidate, known }, context)];
    return { serving: before, candidate: after, queries: known.length, passes: after >= before * SHARE };
  }

  /** What is nearest to questions on everything: passages from all corners of the collection. */
  async #sample(collection: CollectionRecord, space: EmbeddingSpace, context: RequestContext): Promise<FoundPassage[]> {
    const ids = new Set<string>();
    for (const values of await this.parts.vectors.of(space, PROBES, context)) {
      const { vector } = await this.parts.index.search(contentsOf(collection), { vector: { space: space.id, values }, limit: PER_PROBE });
      for (const scored of vector?.ranking ?? []) ids.add(scored.id);
    }
    return this.parts.index.read(contentsOf(collection), [...ids]);
  }

  async #meanRank(collection: CollectionRecord, { space, known }: { readonly space: EmbeddingSpace; readonly known: readonly Known[] }, context: RequestContext): Promise<number> {
    if (known.length === 0) return 0;
    const vectors = await this.parts.vectors.of(space, known.map(({ query }) => query), context);
    let sum = 0;
    for (const [place, { id }] of known.entries()) {
      const { vector } = await this.parts.index.search(contentsOf(collection), { vector: { space: space.id, values: vectors[place]! }, limit: DEPTH });
      const rank = vector?.ranking.findIndex((scored) => scored.id === id) ?? -1;
      if (rank >= 0) sum += 1 / (rank + 1);
    }
    return sum / known.length;
  }
}

interface Known {
  readonly id: string;
  readonly query: string;
}

function longestSentence(text: string): string {
  const sentences = Array.from(sentencesOf(text), ({ start, end }) => text.slice(start, end));
  return sentences.reduce((longest, one) => (one.length > longest.length ? one : longest), '');
}
