import type { ChunkSizes } from '../chunking/chunker';
import type { MetadataSchema } from '../filters/metadata';
import type { Scope } from './scope';

/** A collection as it is kept, under its tenant and name; one document, replaced whole. */
export interface CollectionRecord extends Scope {
  /** What its documents, passages and files are kept under: unique, never used again. */
  readonly id: string;
  /** 1 for the first that is stored, one more with each change. */
  readonly revision: number;
  readonly description?: string;
  /** Which metadata its documents may have; without one any. */
  readonly schema?: MetadataSchema;
  /** ISO 639-1: of documents and queries that do not show theirs. */
  readonly language: string;
  readonly chunks: ChunkSizes;
  /** One is `serving`; at most one is `building`. */
  readonly spaces: readonly EmbeddingSpace[];
  /** Wall clock, milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Set while it is being removed: nobody is to find it any more. */
  readonly removedAt?: number;
}

/** Vectors of one model for all passages of a collection. */
export interface EmbeddingSpace {
  /** Unique in its collection, never used again. */
  readonly id: string;
  /** `name@version`. */
  readonly model: string;
  /** Of the file that made the vectors, and makes those of queries. */
  readonly digest: string;
  /** Numbers a vector. */
  readonly width: number;
  readonly state: 'building' | 'serving' | 'standby';
  readonly createdAt: number;
}

/** Where a collection's documents and passages are. */
export function contentsOf({ tenant, id }: CollectionRecord): Scope {
  return { tenant, collection: id };
}

/** The space that answers. */
export function servingSpace({ spaces, collection }: CollectionRecord): EmbeddingSpace {
  const serving = spaces.find(({ state }) => state === 'serving');
  if (!serving) throw new Error(`collection '${collection}' has no serving space. This is a bug.`);
  return serving;
}
