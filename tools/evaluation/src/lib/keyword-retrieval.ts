import { Bm25 } from './bm25';
import type { Cranfield } from './cranfield';

/** nDCG@10 of BM25: what a search without any model reaches. */
export function keywordRetrieval(collection: Cranfield): number {
  const index = new Bm25(collection.documents);
  return collection.score((query) => index.scores(collection.queries[query]!));
}
