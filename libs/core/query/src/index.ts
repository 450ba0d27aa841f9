/** Documents as text with structure, and as passages along it. */
export { type Block, type BlockKind, type ParsedDocument } from './lib/documents/parsed-document';
export { Chunker, type ChunkSizes } from './lib/chunking/chunker';
export { type CountTokens } from './lib/chunking/pieces';
/** Conditions on metadata, and what they mean. */
export { matches, type Filter, type Range } from './lib/filters/filter';
export { parseFilter } from './lib/filters/parse-filter';
export { metadataSchemaSchema, parseMetadata, type FieldType, type Metadata, type MetadataSchema, type MetadataValue, type Scalar } from './lib/filters/metadata';
/** Port: passages found by vector and by words; and one in memory. */
export { PassageIndex, type DocumentFacts, type DocumentGeneration, type IndexedPassage, type PassageRankings, type PassageSearch, type SearchedRanking } from './lib/retrieval/passage-index.port';
export { embeddedText, pageAt, type FoundPassage, type PageStart, type Passage } from './lib/retrieval/passage';
export { MemoryPassageIndex } from './lib/retrieval/memory-passage-index';
export { bm25, type WordStatistics } from './lib/retrieval/word-statistics';
/** Rankings joined, and made various. */
export { fuseByRank, fuseByScore, type Fused, type Ranking, type Rankings, type Scored, type Weights } from './lib/retrieval/fusion';
export { diversify, type Candidate } from './lib/retrieval/diversify';
/** How good a ranking is, and how sure that is. */
export { ndcgAt, recallAt, reciprocalRankAt, type Judgements } from './lib/evaluation/ranking-metrics';
export { estimate, type Estimate } from './lib/evaluation/confidence';
/** Where a quote stands in a text. */
export { findQuote } from './lib/answers/find-quote';
/** Port: the spaces in which passages have vectors. */
export { PassageSpaces } from './lib/retrieval/passage-spaces.port';
/** Ports: what is kept of collections and documents. */
export { CollectionStore } from './lib/collections/collection-store.port';
export { type CollectionRecord, type EmbeddingSpace } from './lib/collections/collection-record';
export { DocumentStore, type DocumentFilter } from './lib/documents/document-store.port';
export { type DocumentRecord, type DocumentState } from './lib/documents/document-record';
/** Port: bytes of a kind of document as text with structure. */
export { DocumentParser, type DocumentSource } from './lib/documents/document-parser.port';
/** Whose documents are meant. */
export { type Scope } from './lib/collections/scope';
/** What a caller may meet; codes `QUERY.…`. */
export {
  CollectionConflictError,
  CollectionExistsError,
  DocumentTooLargeError,
  DocumentUnreadableError,
  InvalidFilterError,
  InvalidMetadataError,
  QueryStoreUnavailableError,
  VectorWidthError,
} from './lib/query.errors';
