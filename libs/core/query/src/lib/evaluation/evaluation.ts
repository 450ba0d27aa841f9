import type { RequestContext } from '@cortex/kernel';
import type { CollectionRecord } from '../collections/collection-record';
import type { Retriever } from '../retrieval/retriever';
import type { SearchMode } from '../retrieval/search-request';
import { estimate, type Estimate } from './confidence';
import { ndcgAt, recallAt, reciprocalRankAt, type Judgements } from './ranking-metrics';

/** Questions with the documents that answer them, as BEIR has them. */
export interface EvaluationRequest {
  readonly queries: readonly { readonly id: string; readonly text: string }[];
  /** By query and document: how relevant it is, above 0 if at all. */
  readonly judgements: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly modes: readonly SearchMode[];
}

/** Means over the queries that have a relevant document, each with its 95 % interval. */
export interface Quality {
  readonly 'ndcg@10': Estimate;
  readonly 'recall@10': Estimate;
  readonly 'recall@100': Estimate;
  readonly 'mrr@10': Estimate;
  readonly queries: number;
}

const PASSAGES = 200;

/** How well a collection's retrieval finds what its owner says it should. */
export class Evaluation {
  constructor(private readonly retriever: Retriever) {}

  /** @throws what the retriever throws */
  async run(collection: CollectionRecord, { queries, judgements, modes }: EvaluationRequest, context: RequestContext): Promise<Partial<Record<SearchMode, Quality>>> {
    const judged = queries.flatMap(({ id, text }) => {
      const gains: Judgements = new Map(Object.entries(judgements[id] ?? {}));
      return [...gains.values()].some((gain) => gain > 0) ? { text, gains } : [];
    });
    const found: Partial<Record<SearchMode, Quality>> = {};
    for (const mode of modes) {
      const rankings: Ranked[] = [];
      for (const { text, gains } of judged) rankings.push({ gains, ranked: await this.#documents(collection, { query: text, mode }, context) });
      found[mode] = qualityOf(rankings);
    }
    return found;
  }

  /** A document stands where its best passage stands. */
  async #documents(collection: CollectionRecord, search: { readonly query: string; readonly mode: SearchMode }, context: RequestContext): Promise<string[]> {
    const { passages } = await this.retriever.search(collection, { ...search, limit: PASSAGES }, context);
    return [...new Set(passages.map(({ document }) => document.id))];
  }
}

interface Ranked {
  readonly ranked: readonly string[];
  readonly gains: Judgements;
}

function qualityOf(rankings: readonly Ranked[]): Quality {
  const over = (measure: (one: Ranked) => number) => estimate(rankings.map(measure));
  return {
    'ndcg@10': over(({ ranked, gains }) => ndcgAt(10, ranked, gains)),
    'recall@10': over(({ ranked, gains }) => recallAt(10, ranked, gains)),
    'recall@100': over(({ ranked, gains }) => recallAt(100, ranked, gains)),
    'mrr@10': over(({ ranked, gains }) => reciprocalRankAt(10, ranked, gains)),
    queries: rankings.length,
  };
}
