import { Collections, parseFilter, Questions, Retriever, type CollectionRecord, type Filter, type QuestionEvent, type QuestionRequest } from '@cortex/query';
import type { RequestContext } from '@cortex/kernel';
import { Injectable } from '@nestjs/common';
import { prefers } from '../acceptance';
import { EVENT_STREAM_TYPE, EventStream } from '../event-stream';
import { Protocol, route, type Answer, type Call, type Route } from '../route';
import { DocumentOrders } from './document-orders';
import { questionEvents, wholeAnswer } from './question-answers';
import { searchView } from './query-views';
import { questionAnswer, questionRequest, searchAnswer, searchRequest, type QuestionBody, type SearchBody } from './questions-schemas';

const JSON_TYPE = 'application/json';
const unknown = { params: { collection: 'none' }, status: 404, body: { query: 'first program' } };

/** Searches and questions to a collection. */
@Injectable()
export class QuestionsProtocol extends Protocol {
  readonly name = 'Questions';

  constructor(private readonly collections: Collections, private readonly retriever: Retriever, private readonly questions: Questions, private readonly orders: DocumentOrders) {
    super();
  }

  routes(): readonly Route[] {
    return [
      route<SearchBody>({
        method: 'POST', url: '/v1/collections/:collection/search', scope: 'infer', summary: 'Passages for a query, the best first, by vectors and words', body: searchRequest, response: searchAnswer,
        example: unknown, handle: (call) => this.#search(call),
      }),
      route<QuestionBody>({
        method: 'POST', url: '/v1/query', scope: 'infer', summary: 'Looks up, searches, compares or answers, as the question asks; with citations', body: questionRequest, response: questionAnswer,
        produces: [JSON_TYPE, EVENT_STREAM_TYPE], example: { status: 404, body: { collection: 'none', question: 'Who wrote the first program?' } }, handle: (call) => this.#ask(call),
      }),
    ];
  }

  async #search(call: Call<SearchBody>): Promise<Answer> {
    const collection = await this.orders.collectionOf(call);
    const { explain, filter, ...search } = call.body;
    return searchView(await this.retriever.search(collection, { ...search, filter: filterOf(filter, collection) }, call.context), explain);
  }

  async #ask({ body, principal: { tenant }, context, headers: { accept } }: Call<QuestionBody>): Promise<Answer> {
    const { collection: name, filter, stream, explain, ...question } = body;
    const collection = await this.collections.get({ tenant, collection: name });
    const request: QuestionRequest = { ...question, filter: filterOf(filter, collection) };
    const ask = (by: RequestContext): AsyncGenerator<QuestionEvent> => this.questions.ask(collection, request, by);
    if (!stream && !prefers(accept, EVENT_STREAM_TYPE, JSON_TYPE)) return wholeAnswer(ask(context), explain);
    return new EventStream((signal) => questionEvents(ask({ ...context, signal }), { explain, requestId: context.id }));
  }
}

/** @throws InvalidFilterError */
function filterOf(given: unknown, { schema }: CollectionRecord): Filter | undefined {
  return given === undefined ? undefined : parseFilter(given, schema);
}
