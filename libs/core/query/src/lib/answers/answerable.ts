import type { RequestContext } from '@cortex/kernel';
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
const FRESH_MS = 600_000;

interface Floor {
  readonly middle: number;
  readonly spread: number;
  readonly at: number;
}

/** Whether a collection holds an answer: how much nearer its best passage is to a question than to questions that have nothing to do with it. */
export class Answerable {
  /** In the order in which they were measured. */
  readonly #floors = new Map<string, Promise<Floor>>();

  constructor(private readonly parts: { readonly index: PassageIndex; readonly vectors: Vectors }) {}

  /** 0..1; one half is the line between the two. `likeness`: the best passage's cosine. @throws what index and model throw */
  async confidence(collection: CollectionRecord, likeness: number, context: RequestContext): Promise<number> {
    const { middle, spread } = await this.#floor(collection, context);
    return 1 / (1 + Math.exp(-(likeness - middle - ABOVE * spread) / (WIDTH * spread)));
  }

  async #floor(collection: CollectionRecord, context: RequestContext): Promise<Floor> {
    const key = `${collection.id}/${servingSpace(collection).id}`;
    const known = this.#floors.get(key);
    if (known && Date.now() - (await known).at < FRESH_MS) return known;
    this.#floors.delete(key);
    const measuring = this.#measure(collection, context);
    this.#floors.set(key, measuring);
    measuring.catch(() => this.#floors.delete(key)); // whoever waits for it hears of it
    const [oldest] = this.#floors.keys();
    if (this.#floors.size > REMEMBERED) this.#floors.delete(oldest!);
    return measuring;
  }

  async #measure(collection: CollectionRecord, context: RequestContext): Promise<Floor> {
    const space = servingSpace(collection);
    const probes = await this.parts.vectors.of(space, PROBES, context);
    const found: number[] = [];
    for (const values of probes) {
      const { vector } = await this.parts.index.search(contentsOf(collection), { vector: { space: space.id, values }, limit: 1 });
      found.push(vector?.ranking[0]?.score ?? 0);
    }
    const middle = medianOf(found);
    return { middle, spread: Math.max(LEAST_SPREAD, 1.4826 * medianOf(found.map((one) => Math.abs(one - middle)))), at: Date.now() };
  }
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
