/** Documents as text with structure, and as passages along it. */
export { type Block, type BlockKind, type ParsedDocument } from './lib/documents/parsed-document';
export { Chunker, type ChunkSizes } from './lib/chunking/chunker';
export { type CountTokens } from './lib/chunking/pieces';
/** Conditions on metadata, and what they mean. */
export { matches, type Filter, type Range } from './lib/filters/filter';
export { parseFilter } from './lib/filters/parse-filter';
export { metadataSchemaSchema, parseMetadata, type FieldType, type Metadata, type MetadataSchema, type MetadataValue, type Scalar } from './lib/filters/metadata';
/** Port: passages found by vector and by words; and one in memory. */
export { PassageIndex, type DocumentFacts, type DocumentGeneration, type IndexedPassage, type PassageRankings, type PassageSearch, type PublishedFacts, type SearchedRanking, type WholeDocument } from './lib/retrieval/passage-index.port';
export { embeddedText, pageAt, type FoundPassage, type PageStart, type Passage } from './lib/retrieval/passage';
export { MemoryPassageIndex } from './lib/retrieval/memory-passage-index';
export { BM25, bm25, inverseFrequency, type WordStatistics } from './lib/retrieval/word-statistics';
/** Rankings joined, and made various. */
export { fuseByRank, fuseByScore, type Fused, type Ranking, type Rankings, type Scored, type Weights } from './lib/retrieval/fusion';
export { diversify, type Candidate } from './lib/retrieval/diversify';
/** How good a ranking is, and how sure that is. */
export { ndcgAt, recallAt, reciprocalRankAt, type Judgements } from './lib/evaluation/ranking-metrics';
export { estimate, type Estimate } from './lib/evaluation/confidence';
/** Where a quote stands in a text. */
export { findQuote } from './lib/answers/find-quote';
/** Port: the spaces in which passages have vectors; and one in memory, over the passages of a MemoryPassageIndex. */
export { PassageSpaces } from './lib/retrieval/passage-spaces.port';
export { MemoryPassageSpaces } from './lib/retrieval/memory-passage-spaces';
export { MemoryPassages } from './lib/retrieval/memory-passages';
/** Collections of documents, by tenant and name. */
export { Collections, collectionOrderSchema, type CollectionOrder } from './lib/collections/collections';
/** Documents of a collection: kept, indexed by a job, replaced, removed. */
export { Documents, type AcceptedDocument, type AcceptedDocuments } from './lib/documents/documents';
export { type DocumentOrder } from './lib/documents/document-order';
/** The kinds of jobs behind both. */
export { INGESTION } from './lib/ingestion/ingestion-job';
export { REEMBEDDING } from './lib/spaces/reembedding-job';
/** Another model for a collection, without a pause, and back. */
export { Spaces } from './lib/spaces/spaces';
export { type GateResult } from './lib/spaces/space-gate';
/** Passages for a query, the best first. */
export { Retriever } from './lib/retrieval/retriever';
export { type RankedPassage, type SearchExplanation, type SearchMode, type SearchRequest, type SearchResult } from './lib/retrieval/search-request';
/** Questions: planned, then looked up, searched, compared or answered. */
export { Questions, type QuestionEvent, type QuestionRequest } from './lib/planning/questions';
export { type Plan } from './lib/planning/plan';
/** Cuts documents in place of Cortex's own rules. */
export { Splitter } from './lib/chunking/splitter.port';
/** Answers, each part with where it stands. */
export { Answers, type AnswerRequest } from './lib/answers/answers';
export { type Answer, type AnswerEvent } from './lib/answers/answer';
export { type Citation } from './lib/answers/citation';
/** Port: a language model that writes answers. */
export { AnswerModel, type ChatMessage } from './lib/answers/answer-model.port';
export { AnswerModels } from './lib/answers/answer-models';
/** Port: pipelines of another system; and such in memory. */
export { ExternalPipelines } from './lib/external/external-pipelines.port';
export { MemoryExternalPipelines } from './lib/external/memory-external-pipelines';
/** Retrieval measured on judged queries. */
export { Evaluation, type EvaluationRequest, type Quality } from './lib/evaluation/evaluation';
/** Options with their defaults, and the Nest face. */
export { queryOptionsSchema, type QueryOptions } from './lib/query.options';
export { QueryModule } from './lib/query.module';
/** Ports: what is kept of collections and documents; and both in memory. */
export { CollectionStore } from './lib/collections/collection-store.port';
export { MemoryCollectionStore } from './lib/collections/memory-collection-store';
export { type CollectionRecord, type EmbeddingSpace } from './lib/collections/collection-record';
export { DocumentStore, type DocumentFilter } from './lib/documents/document-store.port';
export { MemoryDocumentStore } from './lib/documents/memory-document-store';
export { type DocumentRecord, type DocumentState, type IndexedDocument } from './lib/documents/document-record';
/** Port: bytes of a kind of document as text with structure. */
export { DocumentParser, type DocumentSource } from './lib/documents/document-parser.port';
/** Whose documents are meant. */
export { type Scope } from './lib/collections/scope';
/** What a caller may meet; codes `QUERY.…`. */
export {
  CollectionConflictError,
  CollectionExistsError,
  CollectionNotFoundError,
  DocumentConflictError,
  DocumentEmptyError,
  DocumentNotFoundError,
  DocumentTooLargeError,
  DocumentUnreadableError,
  InvalidCollectionError,
  InvalidFilterError,
  InvalidMetadataError,
  PassagesMissingError,
  QueryStoreUnavailableError,
  SpaceInUseError,
  SpaceModelChangedError,
  SpaceNotFoundError,
  SplitterError,
  UnknownAnswerModelError,
  UnknownPipelineError,
  VectorWidthError,
} from './lib/query.errors';
