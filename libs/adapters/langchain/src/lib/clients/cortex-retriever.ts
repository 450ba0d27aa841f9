import { AsyncLocalStorage } from 'node:async_hooks';
import { internalContext } from '@cortex/kernel';
import { parseFilter, type Collections, type RankedPassage, type Retriever, type Scope, type SearchRequest } from '@cortex/query';
import { Document, type DocumentInterface } from '@langchain/core/documents';
import { BaseRetriever, type BaseRetrieverInput } from '@langchain/core/retrievers';
import type { RunnableConfig } from '@langchain/core/runnables';

export interface CortexRetrieverFields extends BaseRetrieverInput, Partial<Omit<SearchRequest, 'query' | 'filter'>> {
  readonly collections: Pick<Collections, 'get'>;
  readonly retriever: Pick<Retriever, 'search'>;
  readonly scope: Scope;
  /** As LangChain's stores take it: `{ year: { $gte: 2020 } }`. */
  readonly filter?: unknown;
}

/** A collection of Cortex for LangChain: passages by vectors and words, the best first, each with where it stands. */
export class CortexRetriever extends BaseRetriever {
  override readonly lc_namespace = ['cortex', 'retrievers'];
  readonly #signal = new AsyncLocalStorage<AbortSignal | undefined>();

  constructor(private readonly fields: CortexRetrieverFields) {
    super(fields);
  }

  static override lc_name(): string {
    return 'CortexRetriever';
  }

  override invoke(input: string, options?: Partial<RunnableConfig>): Promise<DocumentInterface[]> {
    return this.#signal.run(options?.signal, () => super.invoke(input, options));
  }

  /** @throws InvalidFilterError, and what Collections and Retriever throw */
  override async _getRelevantDocuments(query: string): Promise<Document[]> {
    const { collections, retriever, scope, filter, mode, limit = 10, language, weights, rerank, diversity } = this.fields;
    const signal = this.#signal.getStore();
    const collection = await collections.get(scope);
    const given = { mode, language, weights, rerank, diversity, filter: filter === undefined ? undefined : parseFilter(filter, collection.schema) };
    const wanted = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const { passages } = await retriever.search(collection, { ...wanted, query, limit }, internalContext({ tenant: scope.tenant, ...(signal && { signal }) }));
    return passages.map(documentOf);
  }
}

/** What its owner said of a document stands beside what Cortex says of the passage, and gives way to it. */
function documentOf({ id, text, document, start, end, headings, pages, score }: RankedPassage): Document {
  const metadata = { ...document.metadata, document: document.id, title: document.title, start, end, headings, pages: pages?.map(({ page }) => page), score };
  return new Document({ id, pageContent: text, metadata: Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined)) });
}
