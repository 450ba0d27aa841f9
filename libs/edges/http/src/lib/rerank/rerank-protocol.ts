import { TextModels, type RerankResult } from '@cortex/text-models';
import { Injectable } from '@nestjs/common';
import { Content, JSON_TYPE, truncationHeader } from '../content';
import { Protocol, route, type Call, type Route } from '../route';
import { RowLimit } from '../row-limit';
import {
  cohereRerankRequest, cohereRerankResponse, jinaRerankRequest, jinaRerankResponse, type CohereRerankRequest, type Document, type JinaRerankRequest,
} from './rerank-schemas';

const example = { body: { query: 'who wrote it?', documents: ['the author', 'the weather'], top_n: 1 } };

/** Reranking as Jina's clients (v1) and Cohere's (v2) ask for it. */
@Injectable()
export class RerankProtocol extends Protocol {
  readonly name = 'Rerank (Jina, Cohere)';

  constructor(private readonly models: TextModels, private readonly limit: RowLimit) {
    super();
  }

  routes(): readonly Route[] {
    return [
      route({
        method: 'POST', url: '/v1/rerank', scope: 'infer', summary: 'Documents by relevance to a query (Jina)',
        body: jinaRerankRequest, response: jinaRerankResponse, example, handle: (call) => this.#jina(call),
      }),
      route({
        method: 'POST', url: '/v2/rerank', scope: 'infer', summary: 'Documents by relevance to a query (Cohere)',
        body: cohereRerankRequest, response: cohereRerankResponse, example, handle: (call) => this.#cohere(call),
      }),
    ];
  }

  async #jina(call: Call<JinaRerankRequest>): Promise<Content> {
    const texts = call.body.documents.map(textOf);
    const result = await this.#rerank(call, texts);
    const results = best(result, call.body).map((rank) => (call.body.return_documents ? { ...rank, document: { text: texts[rank.index]! } } : rank));
    const usage = { total_tokens: result.tokens, prompt_tokens: result.tokens };
    return answer({ model: result.model.name, results, usage, scoring: result.scoring }, result);
  }

  async #cohere(call: Call<CohereRerankRequest>): Promise<Content> {
    const result = await this.#rerank(call, call.body.documents.map(textOf));
    const meta = { api_version: { version: '2' }, billed_units: { search_units: 1 } };
    return answer({ id: call.context.id, results: best(result, call.body), meta, scoring: result.scoring }, result);
  }

  #rerank({ body, context }: Call<CohereRerankRequest | JinaRerankRequest>, documents: readonly string[]): Promise<RerankResult> {
    this.limit.check('documents', documents.length);
    return this.models.rerank({ model: body.model, query: body.query, documents, truncate: true }, context);
  }
}

function textOf(document: Document): string {
  return typeof document === 'string' ? document : document.text;
}

/** The most relevant first, at most `top_n`; equals stay in their order. */
function best({ scores }: RerankResult, { top_n: limit }: { readonly top_n?: number | null }): { index: number; relevance_score: number }[] {
  return scores
    .map(({ score }, index) => ({ index, relevance_score: score }))
    .sort((one, other) => other.relevance_score - one.relevance_score)
    .slice(0, limit ?? undefined);
}

function answer(value: object, { truncated }: RerankResult): Content {
  return new Content(JSON.stringify(value), JSON_TYPE, truncationHeader(truncated));
}
