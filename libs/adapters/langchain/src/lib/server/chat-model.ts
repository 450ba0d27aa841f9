import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { LangchainSetupError } from '../langchain.errors';
import type { LangchainSettings } from '../langchain.options';

/** Where a server takes no key the client still wants one. */
const NO_KEY = 'none';

/** The provider's chat model; its package is loaded here, not before. @throws LangchainSetupError */
export async function chatModelOf({ model, apiKey, baseUrl, maxTokens, silenceMs }: LangchainSettings): Promise<BaseChatModel> {
  if (model.startsWith('openai:') && apiKey === undefined && baseUrl === undefined) throw new LangchainSetupError(`'${model}' takes an API key, or the base URL of a server that takes none`);
  const key = apiKey ?? (baseUrl === undefined ? undefined : NO_KEY);
  const configuration = { logLevel: 'off' as const, ...(baseUrl !== undefined && { baseURL: baseUrl }) }; // its log would show what a server said
  const about = { maxRetries: 0, maxTokens, timeout: silenceMs, configuration, ...(key !== undefined && { apiKey: key }), ...(baseUrl !== undefined && { baseUrl }) };
  const { initChatModel } = await import('langchain/chat_models/universal');
  try {
    return (await initChatModel(model, about)) as unknown as BaseChatModel;
  } catch (error) {
    throw new LangchainSetupError(`there is no language model '${model}': ${(error as Error).message}`);
  }
}
