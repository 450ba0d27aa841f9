/** Cortex for who uses LangChain: embeddings, a retriever, and a chat model that answers from a collection. */
export { CortexEmbeddings, type CortexEmbeddingsFields } from './lib/clients/cortex-embeddings';
export { CortexRetriever, type CortexRetrieverFields } from './lib/clients/cortex-retriever';
export { CortexChatModel, NoQuestionError, type CortexChatModelFields } from './lib/clients/cortex-chat-model';
/** LangChain's loaders and splitters in ingestion. */
export { ordersFrom, type Loader, type LoaderLimits } from './lib/ingestion/orders-from';
export { LangchainSplitter, type TextSplitter } from './lib/ingestion/langchain-splitter';
/** LangChain in Cortex. */
export * from './server';
