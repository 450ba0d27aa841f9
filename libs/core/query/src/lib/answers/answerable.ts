import { internalContext, throwIfLeft, type Priority, type RequestContext } from '@cortex/kernel';
import { LRUCache } from 'lru-cache';
import { contentsOf, servingSpace, type CollectionRecord } from '../collections/collection-record';
import type { PassageIndex } from '../retrieval/passage-index.port';
import type { Vectors } from '../spaces/vectors';
import { PROBES } from './probes';

/** How far above what strangers find an answer begins, in their spread, and how soon it is sure. */
const ABOVE = 3;
const WIDTH = 0.8;
const LEAST_SPREAD = 0.02;
/** Collections whose floor is remembered, and for how long: what they hold changes. */
const REMEMBERED = 1_000;
const FRESH_MS = 60_000;

interface Floor {
  readonly middle: number;
  readonly spread: number;
}

interface Measured {
  readonly collection: CollectionRecord;
  readonly priority: Priority;
}

/** Whether a collection holds an answer: how much nearer its best passage is to a question than to questions that have nothing to do with it. */
export class Answerable {
  readonly #floors: LRUCache<string, Floor, Measured>;

  constructor(private readonly parts: { readonly index: PassageIndex; readonly vectors: Vectors }) {
    this.#floors = new LRUCache<string, Floor, Measured>({ max: REMEMBERED, ttl: FRESH_MS, fetchMethod: (_key, _stale, { context }) => this.#measure(context) });
  }

  /** 0..1; one half is the line between the two. `nearest`: the best passage's cosine. @throws the signal's reason, what index and model throw */
  async confidence(collection: CollectionRecord, nearest: number, context: RequestContext): Promise<number> {
    const { middle, spread } = await this.#floors.forceFetch(`${collection.id}/${servingSpace(collection).id}`, { context: { collection, priority: context.priority } });
    throwIfLeft(context);
    return 1 / (1 + Math.exp(-(nearest - middle - ABOVE * spread) / (WIDTH * spread)));
  }

  /** The cosine of the passage that is nearest to each question; 0 where there is none. @throws what index and model throw */
  async nearest(collection: CollectionRecord, questions: readonly string[], context: RequestContext): Promise<number[]> {
    const space = servingSpace(collection);
    const found: number[] = [];
    for (const values of await this.parts.vectors.of(space, questions, context)) {
      const { vector } = await this.parts.index.search(contentsOf(collection), { vector: { space: space.id, values }, limit: 1 });
      found.push(vector?.ranking[0]?.score ?? 0);
    }
    return found;
  }

  /** Once for all who ask meanwhile: one of them who leaves takes nothing from the others. */
  async #measure({ collection, priority }: Measured): Promise<Floor> {
    const found = await this.nearest(collection, PROBES, internalContext({ tenant: collection.tenant, priority }));
    const middle = medianOf(found);
    return { middle, spread: Math.max(LEAST_SPREAD, 1.4826 * medianOf(found.map((one) => Math.abs(one - middle)))) };
  }
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
