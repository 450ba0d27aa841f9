import type { Metric, Telemetry } from '@cortex/kernel';
import type { Scope } from '../collections/scope';
import type { PassageIndex, PassageSearch, SearchedRanking } from './passage-index.port';

const RECALL = { name: 'cortex_retrieval_recall', help: 'Share of the ten nearest passages that searches through the vector index find, over the last comparisons with an exact search.', labels: [] } as const satisfies Metric;
const DEPTH = 10;
const PAUSE_MS = 60_000;
const REMEMBERED = 20;

export interface RecallGuardParts {
  readonly index: PassageIndex;
  readonly telemetry: Telemetry;
  /** Hears why a comparison failed. */
  readonly report: (error: unknown) => void;
}

/** Compares what an index found nearest with an exact search: one query a minute, after its answer, one at a time. */
export class RecallGuard {
  readonly #recalls: number[] = [];
  #nextAt = -Infinity;

  constructor(private readonly parts: RecallGuardParts) {}

  /** Mean of the last comparisons, 0..1; NaN before the first. */
  get recall(): number {
    return this.#recalls.reduce((sum, one) => sum + one, 0) / this.#recalls.length;
  }

  /** A search that was answered. Fulfilled when it was compared, if it is. */
  async see(scope: Scope, { vector, filter }: PassageSearch, found: SearchedRanking | undefined): Promise<void> {
    if (!vector || !found || found.exact || performance.now() < this.#nextAt) return;
    this.#nextAt = Infinity; // while it is compared
    try {
      const { vector: all } = await this.parts.index.search(scope, { vector: { ...vector, exactly: true }, ...(filter && { filter }), limit: DEPTH });
      const [nearest, seen] = [all!.ranking, new Set(found.ranking.slice(0, DEPTH).map(({ id }) => id))];
      if (nearest.length > 0) this.#remember(nearest.filter(({ id }) => seen.has(id)).length / nearest.length);
    } catch (error) {
      this.parts.report(error);
    } finally {
      this.#nextAt = performance.now() + PAUSE_MS;
    }
  }

  /** Nothing is shown before there is something to show. */
  #remember(recall: number): void {
    if (this.#recalls.length === 0) this.parts.telemetry.gauge(RECALL, {}, () => this.recall);
    this.#recalls.push(recall);
    if (this.#recalls.length > REMEMBERED) this.#recalls.shift();
  }
}
