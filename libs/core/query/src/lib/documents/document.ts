import type { Metadata } from '../filters/metadata';

/** A document as it is kept; its content lies under `sha256` among the objects. */
export interface Document {
  readonly id: string;
  /** Raised each time that its content is given anew; only chunks of the `published` one are found. */
  readonly generation: number;
  readonly published?: number;
  readonly title?: string;
  readonly mediaType: string;
  readonly metadata: Metadata;
  /** Of the content. */
  readonly sha256: string;
  readonly bytes: number;
  readonly language?: string;
  readonly state: DocumentState;
  /** Why it failed, and in which state it did. */
  readonly failure?: { readonly during: DocumentState; readonly code: string; readonly message: string };
  readonly chunks: number;
  readonly tokens: number;
  readonly pages?: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type DocumentState = 'queued' | 'parsing' | 'chunking' | 'embedding' | 'indexing' | 'ready' | 'failed';
