import { internalContext, CortexError } from '@cortex/kernel';
import type { ChatMessage, Collections, QuestionEvent, Questions, Scope } from '@cortex/query';
import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import { BaseChatModel, type BaseChatModelParams } from '@langchain/core/language_models/chat_models';
import { AIMessageChunk, type BaseMessage } from '@langchain/core/messages';
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs';

export interface CortexChatModelFields extends BaseChatModelParams {
  readonly collections: Pick<Collections, 'get'>;
  readonly questions: Pick<Questions, 'ask'>;
  readonly scope: Scope;
  /** Passages that an answer is written from. */
  readonly limit?: number;
  /** Who writes: a model that is configured, or `extractive`. */
  readonly by?: string;
}

/** Nothing was asked. */
export class NoQuestionError extends CortexError {
  readonly code = 'LANGCHAIN.NO_QUESTION';
  readonly kind = 'invalid';
}

/**
 * Answers from a collection of Cortex as a LangChain chat model. The last message is the question, those of people and models before it what was said.
 * `response_metadata` of the message: `citations`, `answerable`, `confidence`, `by`.
 */
export class CortexChatModel extends BaseChatModel {
  constructor(private readonly fields: CortexChatModelFields) {
    super(fields);
  }

  _llmType(): string {
    return 'cortex';
  }

  /** @throws NoQuestionError, and what Questions throws */
  async _generate(messages: BaseMessage[], options: this['ParsedCallOptions'], run?: CallbackManagerForLLMRun): Promise<ChatResult> {
    let whole: ChatGenerationChunk | undefined;
    for await (const chunk of this._streamResponseChunks(messages, options, run)) whole = whole ? whole.concat(chunk) : chunk;
    return { generations: whole ? [whole] : [] };
  }

  override async *_streamResponseChunks(messages: BaseMessage[], options: this['ParsedCallOptions'], run?: CallbackManagerForLLMRun): AsyncGenerator<ChatGenerationChunk> {
    const { collections, questions, scope, limit = 10, by } = this.fields;
    const question = messages.at(-1);
    if (question?.getType() !== 'human' || question.text.trim() === '') throw new NoQuestionError('expected a question of a human as the last message');
    const context = internalContext({ tenant: scope.tenant, ...(options.signal && { signal: options.signal }) });
    const asked = { question: question.text, history: messages.slice(0, -1).flatMap(said), limit, plan: 'answer' as const, ...(by !== undefined && { by }) };
    for await (const event of questions.ask(await collections.get(scope), asked, context)) {
      const chunk = chunkOf(event);
      if (!chunk) continue;
      yield chunk;
      await run?.handleLLMNewToken(chunk.text, undefined, undefined, undefined, undefined, { chunk });
    }
  }
}

function chunkOf(event: QuestionEvent): ChatGenerationChunk | undefined {
  if (event.type === 'text') return new ChatGenerationChunk({ text: event.text, message: new AIMessageChunk(event.text) });
  if (event.type !== 'answer') return undefined;
  const { citations, answerable, confidence, by } = event.answer;
  return new ChatGenerationChunk({ text: '', message: new AIMessageChunk({ content: '', response_metadata: { citations, answerable, confidence, by } }) });
}

/** Instructions are the prompt's own. */
function said(message: BaseMessage): ChatMessage[] {
  const role = { human: 'user', ai: 'assistant' }[message.getType() as string] as ChatMessage['role'] | undefined;
  return role ? [{ role, content: message.text }] : [];
}
