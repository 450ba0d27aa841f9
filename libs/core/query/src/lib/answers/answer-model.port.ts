import type { RequestContext } from '@cortex/kernel';

/** What a model is told; each message is plain text. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** Port: a language model that writes answers. It has no tools and fetches nothing. Not here: what it is told, whether what it says is true. */
export abstract class AnswerModel {
  /** `provider:model`, as answers name it. */
  abstract readonly name: string;
  /** The answer as it is written. @throws a CortexError of the kinds upstream, upstream-timeout and unavailable, the signal's reason */
  abstract write(messages: readonly ChatMessage[], context: RequestContext): AsyncIterable<string>;
}
