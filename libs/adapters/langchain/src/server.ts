/** Answers written by any chat model of LangChain. LangChain itself is loaded when such a model is made, not before. */
export { LangchainAnswerModel, type LangchainAnswerModelParts } from './lib/server/langchain-answer-model';
export { langchainOptionsSchema, type LangchainOptions } from './lib/langchain.options';
export { LangchainModule, type LangchainModuleOptions } from './lib/langchain.module';
/** What a caller may meet; codes `LANGCHAIN.…`. */
export { LangchainAnswerError, LangchainRefusedError, LangchainSetupError, LangchainUnavailableError, LoaderLimitError } from './lib/langchain.errors';
