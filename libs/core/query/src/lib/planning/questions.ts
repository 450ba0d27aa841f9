import type { RequestContext } from '@cortex/kernel';
import type { AnswerEvent } from '../answers/answer';
import type { AnswerRequest, Answers } from '../answers/answers';
import { contentsOf, type CollectionRecord } from '../collections/collection-record';
import type { DocumentRecord } from '../documents/document-record';
import type { DocumentStore } from '../documents/document-store.port';
import type { Retriever } from '../retrieval/retriever';
import type { SearchResult } from '../retrieval/search-request';
import type { Plan } from './plan';
import { planFor } from './planner';

export interface QuestionRequest extends AnswerRequest {
  /** Default as the question looks. */
  readonly plan?: 'search' | 'answer';
}

/** What is done for a question, as it is done; the last event but `done` of each part holds its whole. */
export type QuestionEvent =
  | { readonly type: 'plan'; readonly plan: Plan }
  /** The next events are about this one of a comparison's questions. */
  | { readonly type: 'question'; readonly question: string }
  | { readonly type: 'documents'; readonly documents: readonly DocumentRecord[] }
  | { readonly type: 'passages'; readonly result: SearchResult }
  | AnswerEvent;

export interface QuestionsParts {
  readonly documents: DocumentStore;
  readonly retriever: Retriever;
  readonly answers: Answers;
}

/** Questions to a collection: looked up, searched, compared or answered, as the plan says. */
export class Questions {
  constructor(private readonly parts: QuestionsParts) {}

  /** @throws UnknownAnswerModelError, what stores, index and models throw */
  async *ask(collection: CollectionRecord, request: QuestionRequest, context: RequestContext): AsyncGenerator<QuestionEvent> {
    const plan = planOf(collection, request);
    yield { type: 'plan', plan };
    switch (plan.kind) {
      case 'lookup':
        return void (yield { type: 'documents', documents: await this.parts.documents.list(contentsOf(collection), { filter: plan.filter, limit: request.limit }) });
      case 'search':
        return void (yield { type: 'passages', result: await this.parts.retriever.search(collection, { ...request, query: plan.query }, context) });
      case 'compare':
        return yield* this.#compared(collection, { ...request, questions: plan.questions }, context);
      case 'answer':
        return yield* this.parts.answers.answer(collection, { ...request, question: plan.question }, context);
    }
  }

  async *#compared(collection: CollectionRecord, { questions, ...request }: QuestionRequest & { readonly questions: readonly string[] }, context: RequestContext): AsyncGenerator<QuestionEvent> {
    for (const question of questions) {
      yield { type: 'question', question };
      yield* this.parts.answers.answer(collection, { ...request, question }, context);
    }
  }
}

function planOf({ schema }: CollectionRecord, { question, history = [], plan }: QuestionRequest): Plan {
  if (plan === 'search') return { kind: 'search', query: question, because: 'asked for' };
  if (plan === 'answer') return { kind: 'answer', question, because: 'asked for' };
  const earlier = history.filter(({ role }) => role === 'user').map(({ content }) => content);
  return planFor({ question, earlier, ...(schema && { schema }) });
}
