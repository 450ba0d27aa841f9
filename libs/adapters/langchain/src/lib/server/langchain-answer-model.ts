import { throwIfLeft, type DependencyHealth, type RequestContext } from '@cortex/kernel';
import { AnswerModel, type ChatMessage } from '@cortex/query';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { AIMessageChunk } from '@langchain/core/messages';
import { circuitBreaker, ConsecutiveBreaker, handleWhen, type CircuitBreakerPolicy } from 'cockatiel';
import { LangchainAnswerError, LangchainUnavailableError } from '../langchain.errors';
import { failureOf } from './failure';
import { inTime } from './in-time';

/** Answers in a row that fail before nobody asks, and for how long. */
const FAILURES = 5;
const HALF_OPEN_AFTER_MS = 5_000;

export interface LangchainAnswerModelParts {
  /** As answers name it. */
  readonly name: string;
  readonly model: BaseChatModel;
  readonly health: DependencyHealth;
  readonly silenceMs: number;
  readonly maxCharacters: number;
  /** Its provider says how an answer ended: one without an end was cut off. */
  readonly saysItsEnd: boolean;
}

/** Answers written by a LangChain chat model. It is given no tools; whoever leaves ends its request, and nothing is asked twice. */
export class LangchainAnswerModel extends AnswerModel {
  readonly name: string;
  readonly #breaker: CircuitBreakerPolicy = circuitBreaker(
    handleWhen((error) => error instanceof LangchainUnavailableError),
    { halfOpenAfter: HALF_OPEN_AFTER_MS, breaker: new ConsecutiveBreaker(FAILURES) },
  );

  constructor(private readonly parts: LangchainAnswerModelParts) {
    super();
    this.name = parts.name;
  }

  async *write(messages: readonly ChatMessage[], context: RequestContext): AsyncGenerator<string> {
    throwIfLeft(context);
    const left = new AbortController();
    const signal = AbortSignal.any([context.signal, left.signal]);
    try {
      yield* this.#read(await this.#begun(messages, signal));
      this.parts.health.up();
    } catch (error) {
      throwIfLeft(context);
      const failure = failureOf(error);
      if (failure instanceof LangchainUnavailableError) this.parts.health.down(failure.code);
      throw failure;
    } finally {
      left.abort();
    }
  }

  /** The breaker judges the start of an answer: a piece that was shown cannot be taken back. */
  #begun(messages: readonly ChatMessage[], signal: AbortSignal): Promise<Begun> {
    return this.#breaker.execute(async () => {
      try {
        const chunks = await inTime(this.parts.model.stream(messages.map(({ role, content }) => ({ role, content })), { signal }), this.parts.silenceMs);
        const source = chunks[Symbol.asyncIterator]();
        return { source, first: await inTime(source.next(), this.parts.silenceMs) };
      } catch (error) {
        throw failureOf(error);
      }
    });
  }

  async *#read({ source, first }: Begun): AsyncGenerator<string> {
    const { silenceMs, maxCharacters, saysItsEnd } = this.parts;
    let [length, isEnded] = [0, !saysItsEnd];
    for (let next = first; !next.done; next = await inTime(source.next(), silenceMs)) {
      const { text, response_metadata: about } = next.value;
      length += text.length;
      if (length > maxCharacters) throw new LangchainAnswerError(`the language model's answer is longer than ${maxCharacters} characters`);
      if (text !== '') yield text;
      isEnded ||= typeof about['finish_reason'] === 'string';
    }
    if (!isEnded) throw new LangchainAnswerError('the language model ended its answer midway');
  }
}

interface Begun {
  readonly source: AsyncIterator<AIMessageChunk>;
  readonly first: IteratorResult<AIMessageChunk>;
}
