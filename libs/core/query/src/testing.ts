/** What every PassageIndex promises: call it inside a spec. The fake is MemoryPassageIndex. */
export { passageIndexContract } from './lib/retrieval/passage-index.contract';
/** What every DocumentParser promises of each kind of document that it reads: call it inside a spec, with a sample of the kind. */
export { documentParserContract, type DocumentSample } from './lib/documents/document-parser.contract';
