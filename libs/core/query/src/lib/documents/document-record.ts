import type { Scope } from '../collections/scope';
import type { Metadata } from '../filters/metadata';

export type DocumentState = 'queued' | 'parsing' | 'embedding' | 'indexing' | 'ready' | 'failed';

/** A document's bytes as they are kept: in a file, or as content where they are short text. */
export interface KeptBytes {
  readonly file?: string;
  readonly content?: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** A document as it is kept; one record, replaced whole. */
export interface DocumentRecord extends Scope {
  readonly id: string;
  /** 1 for the first that is stored, one more with each change. */
  readonly revision: number;
  /** One more whenever it is to be indexed anew; its passages carry the number. */
  readonly generation: number;
  /** Of its newest generation; while that is not `ready`, the one before is found. */
  readonly state: DocumentState;
  readonly error?: { readonly code: string; readonly message: string };
  /** Passages of that generation that are written, from the first on without a gap: whoever goes on need not embed them again. */
  readonly written?: number;
  /** The space whose model's tokens those are cut by. */
  readonly cutBy?: string;
  readonly source: KeptBytes & { readonly mediaType: string; readonly charset?: string };
  /** As its owner gave them. */
  readonly title?: string;
  readonly language?: string;
  readonly metadata: Metadata;
  /** What is found of it by now. */
  readonly found?: IndexedDocument;
  /** Wall clock, milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A generation of a document as it is found. */
export interface IndexedDocument {
  readonly generation: number;
  readonly passages: number;
  /** UTF-16 units of its text. */
  readonly characters: number;
  /** Its owner's, otherwise the document's own. */
  readonly title?: string;
  readonly language?: string;
}
