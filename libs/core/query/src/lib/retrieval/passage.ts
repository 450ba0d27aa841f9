import type { Metadata } from '../filters/metadata';
import type { Chunk } from '../chunking/chunk';

/** A chunk with its text, as it is indexed. */
export interface Passage extends Chunk {
  readonly text: string;
}

/** A passage that was found, and where it comes from. */
export interface FoundPassage extends Passage {
  /** Of the passage, in its collection. */
  readonly id: string;
  readonly document: { readonly id: string; readonly title?: string; readonly language?: string; readonly metadata: Metadata };
}
