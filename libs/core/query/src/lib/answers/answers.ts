import { hasLeft, throwIfLeft, type RequestContext } from '@cortex/kernel';
import { servingSpace, type CollectionRecord } from '../collections/collection-record';
import type { Retriever } from '../retrieval/retriever';
import type { SearchRequest, SearchResult } from '../retrieval/search-request';
import type { Answer, AnswerEvent } from './answer';
import type { AnswerModel, ChatMessage } from './answer-model.port';
import { EXTRACTIVE, type AnswerModels } from './answer-models';
import type { Answerable } from './answerable';
import { CitationReader } from './citation-reader';
import type { Extractor } from './extractor';
import { NO_ANSWER, promptFor } from './prompt';
import { WithheldText } from './withheld-text';

export interface AnswersParts {
  readonly retriever: Retriever;
  readonly answerable: Answerable;
  readonly extractor: Extractor;
  readonly models: AnswerModels;
}

export interface AnswerRequest extends Omit<SearchRequest, 'query'> {
  readonly question: string;
  /** What was said before, the oldest first. */
  readonly history?: readonly ChatMessage[];
  /** Name of the model that writes the answer, or `extractive`. Default the first one configured, extractive without any. */
  readonly by?: string;
}

/** Below it nothing is said. */
const SURE_ENOUGH = 0.5;
const SOURCES = 8;
const UNANSWERED: Answer = { text: '', citations: [], answerable: false, confidence: 0, by: 'nobody', dropped: 0 };

/** Answers from a collection, each part with where it stands. */
export class Answers {
  constructor(private readonly parts: AnswersParts) {}

  /** Ends with an event that holds the whole answer. @throws UnknownAnswerModelError, what retrieval and models throw */
  async *answer(collection: CollectionRecord, request: AnswerRequest, context: RequestContext): AsyncGenerator<AnswerEvent> {
    const { question, history = [], by, ...search } = request;
    const model = this.parts.models.named(by);
    const found = await this.parts.retriever.search(collection, { ...search, query: question }, context);
    const confidence = await this.#confidence(collection, { question, found }, context);
    if (confidence < SURE_ENOUGH) return void (yield { type: 'answer', answer: { ...UNANSWERED, confidence } });
    if (model) yield* this.#written(model, { question, history, found, confidence }, context);
    else yield* this.#extracted(collection, { question, found, confidence }, context);
  }

  /** By what the vectors say: words alone are common to much. */
  async #confidence(collection: CollectionRecord, { question, found }: Pick<Asked, 'question' | 'found'>, context: RequestContext): Promise<number> {
    if (found.passages.length === 0) return 0;
    const { answerable } = this.parts;
    const nearest = found.nearest ?? (await answerable.nearest(collection, [question], context))[0]!;
    return answerable.confidence(collection, nearest, context);
  }

  async *#extracted(collection: CollectionRecord, { question, found, confidence }: Asked, context: RequestContext): AsyncGenerator<AnswerEvent> {
    const citations = await this.parts.extractor.extract({ question, passages: found.passages, space: servingSpace(collection) }, context);
    const parts = citations.map(({ quote }, place) => `${oneLine(quote)} [${place + 1}]`);
    for (const [place, citation] of citations.entries()) {
      yield { type: 'text', text: `${place > 0 ? ' ' : ''}${parts[place]!}` };
      yield { type: 'citation', number: place + 1, citation };
    }
    yield { type: 'answer', answer: { text: parts.join(' '), citations, answerable: citations.length > 0, confidence, by: EXTRACTIVE, dropped: 0 } };
  }

  async *#written(model: AnswerModel, { question, history = [], found, confidence }: Asked, context: RequestContext): AsyncGenerator<AnswerEvent> {
    const passages = found.passages.slice(0, SOURCES);
    const [reader, withheld] = [new CitationReader(passages), new WithheldText()];
    for await (const written of model.write(promptFor(question, passages, history), context)) {
      if (hasLeft(context)) throwIfLeft(context);
      yield* withheld.pass(reader.read(written));
    }
    yield* withheld.pass(reader.end());
    yield* withheld.end();
    const { text, citations, dropped } = reader;
    const answerable = text.trim() !== NO_ANSWER && text.trim() !== '';
    yield { type: 'answer', answer: { text: answerable ? text : '', citations, answerable, confidence, by: model.name, dropped } };
  }
}

interface Asked {
  readonly question: string;
  readonly history?: readonly ChatMessage[];
  readonly found: SearchResult;
  readonly confidence: number;
}

function oneLine(quote: string): string {
  return quote.replaceAll(/\s+/g, ' ');
}
