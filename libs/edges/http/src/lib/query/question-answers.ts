import type { Answer, QuestionEvent } from '@cortex/query';
import type { StreamEvent } from '../event-stream';
import { failureOf } from '../failure';
import { documentView, searchView } from './query-views';
import type { QuestionAnswer } from './questions-schemas';

type GivenAnswer = NonNullable<QuestionAnswer['answer']>;

/** Everything that is done for a question, as one answer. */
export async function wholeAnswer(events: AsyncIterable<QuestionEvent>, explain: boolean): Promise<QuestionAnswer> {
  let whole: Partial<QuestionAnswer> = {};
  let question: string | undefined;
  for await (const event of events) {
    if (event.type === 'question') question = event.question;
    else if (event.type === 'answer' && question !== undefined) whole = { ...whole, answers: [...(whole.answers ?? []), { question, ...given(event.answer) }] };
    else whole = { ...whole, ...partOf(event, explain) };
  }
  return whole as QuestionAnswer; // the first event is the plan
}

/** One after another, as they come. The status is gone by then: what fails is the last one. */
export async function* questionEvents(events: AsyncIterable<QuestionEvent>, { explain, requestId }: { readonly explain: boolean; readonly requestId: string }): AsyncGenerator<StreamEvent> {
  try {
    for await (const event of events) yield { event: event.type, data: dataOf(event, explain) };
  } catch (error) {
    const { code, message } = failureOf(error, requestId);
    yield { event: 'error', data: { code, message } };
  }
}

function dataOf(event: QuestionEvent, explain: boolean): object {
  if (event.type === 'text' || event.type === 'question' || event.type === 'citation') {
    const { type: _, ...data } = event;
    return data;
  }
  return partOf(event, explain);
}

function partOf(event: QuestionEvent, explain: boolean): Partial<QuestionAnswer> {
  switch (event.type) {
    case 'plan':
      return { plan: { ...event.plan } };
    case 'documents':
      return { documents: event.documents.map(documentView) };
    case 'passages':
      return { search: searchView(event.result, explain) };
    case 'answer':
      return { answer: given(event.answer) };
    default:
      return {};
  }
}

function given({ citations, ...answer }: Answer): GivenAnswer {
  return { ...answer, citations: [...citations] };
}
