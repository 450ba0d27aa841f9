/** Documents as text with structure, and as chunks along it. */
export { type Block, type BlockKind, type ParsedDocument } from './lib/documents/parsed-document';
export { embeddedText, type Chunk } from './lib/chunking/chunk';
export { chunksOf, type ChunkSizes } from './lib/chunking/chunks-of';
export { type CountTokens } from './lib/chunking/pieces';
