/** What every adapter of a port promises: call it inside a spec. The fakes are the Memory… ones. */
export { passageIndexContract } from './lib/retrieval/passage-index.contract';
export { passageSpacesContract, type PassageSpacesFixture } from './lib/retrieval/passage-spaces.contract';
export { collectionStoreContract, type CollectionStoreFixture } from './lib/collections/collection-store.contract';
export { documentStoreContract } from './lib/documents/document-store.contract';
export { externalPipelinesContract } from './lib/external/external-pipelines.contract';
/** The same of each kind of document that a DocumentParser reads, with a sample of the kind. */
export { documentParserContract, type DocumentSample } from './lib/documents/document-parser.contract';
/** The whole core over fakes, for specs of what stands on it. */
export { QueryCore } from './lib/testing/query-core';
