import { grants } from '@cortex/identity';
import { Explained, type Explanation } from '@cortex/orchestrator';
import { Injectable } from '@nestjs/common';
import { OpenAiProtocol } from '../openai/openai-protocol';
import { OpenInferenceProtocol } from '../open-inference/open-inference-protocol';
import { readAs } from '../reading';
import { RerankProtocol } from '../rerank/rerank-protocol';
import { Protocol, route, type Answer, type Call, type Route } from '../route';
import { TextEmbeddingsInferenceProtocol } from '../text-embeddings-inference/text-embeddings-inference-protocol';
import { NothingToExplainError, RequestUnknownError } from './insight.errors';
import { explainRequest, explanation, requestTrace, type ExplainRequest } from './insight-schemas';
import { RecentRequests, type RecentRequest } from './recent-requests';
import { RouteTable, type RouteMatch } from './route-table';

/** Why a request is, or was, answered as it is. */
@Injectable()
export class InsightProtocol extends Protocol {
  readonly name = 'Cortex';
  readonly #inference: RouteTable;

  constructor(
    private readonly recent: RecentRequests,
    openInference: OpenInferenceProtocol,
    openAi: OpenAiProtocol,
    rerank: RerankProtocol,
    textEmbeddings: TextEmbeddingsInferenceProtocol,
  ) {
    super();
    const protocols = [openInference, openAi, rerank, textEmbeddings];
    this.#inference = new RouteTable(protocols.flatMap((protocol) => protocol.routes()).filter(({ scope }) => scope === 'infer'));
  }

  routes(): readonly Route[] {
    return [
      route({
        method: 'POST', url: '/v1/explain', scope: 'infer', summary: 'What a request would go through now, without running it',
        body: explainRequest, response: explanation, handle: (call) => this.#explain(call),
        example: { body: { path: '/v1/embeddings', body: { model: 'cortex-embed-small', input: 'hello world' } } },
      }),
      route({
        method: 'GET', url: '/v1/requests/:id', scope: 'infer', summary: 'What one of the last requests went through',
        response: requestTrace, handle: (call) => this.#trace(call), example: { params: { id: 'unknown' }, status: 404 },
      }),
    ];
  }

  async #explain(call: Call<ExplainRequest>): Promise<Answer> {
    const { path } = call.body;
    const match = this.#inference.find('POST', path);
    if (!match) throw new NothingToExplainError(path);
    const explained = await this.#dryRun(match, call);
    if (!explained) throw new NothingToExplainError(path);
    return explained;
  }

  /** The route handles the request as always, up to where it would run: what it refuses, it refuses here. */
  async #dryRun({ route: target, params, query }: RouteMatch, { context, principal, headers, body: { body } }: Call<ExplainRequest>): Promise<Explanation | undefined> {
    try {
      await target.handle({
        context: { ...context, dryRun: true },
        principal, headers, params,
        body: target.body && !target.readsBytes ? readAs(target.body, body) : undefined,
        query: target.query && readAs(target.query, query),
        bytes: Buffer.from(JSON.stringify(body ?? null)),
      });
      return undefined;
    } catch (error) {
      if (error instanceof Explained) return error.explanation;
      throw error;
    }
  }

  #trace({ params: { id = '' }, principal }: Call): RecentRequest {
    const request = this.recent.find(id, ({ tenant }) => tenant === principal.tenant || grants(principal, 'admin'));
    if (!request) throw new RequestUnknownError(id);
    return request;
  }
}
