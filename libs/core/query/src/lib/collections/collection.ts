import type { ChunkSizes } from '../chunking/chunks-of';
import type { MetadataSchema } from '../filters/metadata';

/** Documents of one tenant that are searched together. */
export interface Collection {
  readonly tenant: string;
  readonly name: string;
  /** Raised by every change. */
  readonly revision: number;
  readonly description?: string;
  /** The fields that metadata may have; without it any plain name of any type. */
  readonly schema?: MetadataSchema;
  /** ISO 639-1, of all its documents; without it each document's is detected. */
  readonly language?: string;
  readonly chunking: ChunkSizes;
  /** Where its vectors lie; exactly one serves. */
  readonly spaces: readonly EmbeddingSpace[];
  /** ISO 8601. */
  readonly createdAt: string;
}

/** Vectors of one model's one file: only those of one space may be compared. */
export interface EmbeddingSpace {
  readonly id: string;
  /** `name@version`. */
  readonly model: string;
  /** Of the file that makes the vectors. */
  readonly digest: string;
  readonly dimensions: number;
  readonly state: SpaceState;
}

/** `building` gets every chunk's vector but answers nobody; `standby` served before and may serve again in one step. */
export type SpaceState = 'building' | 'serving' | 'standby';

/** A collection as ports are asked for it. */
export interface Scope {
  readonly tenant: string;
  readonly collection: string;
}

export function servingSpace({ name, spaces }: Collection): EmbeddingSpace {
  const serving = spaces.find(({ state }) => state === 'serving');
  if (!serving) throw new Error(`collection '${name}' has no serving space. This is a bug.`);
  return serving;
}
