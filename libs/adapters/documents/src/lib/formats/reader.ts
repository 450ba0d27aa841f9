import type { ReadingLimits } from '../documents.options';
import type { DocumentWriter } from '../writing/document-writer';

/** Reads one document, chunk by chunk, into a writer. */
export interface Reader {
  read(chunk: Uint8Array): void;
  /** There is no more. */
  end(): void | Promise<void>;
}

/** The same for what is decoded already. */
export interface TextReader {
  read(text: string): void;
  end(): void;
}

/** What a reader is told of its document. */
export interface ReaderTerms {
  readonly writer: DocumentWriter;
  readonly mediaType: string;
  readonly charset?: string;
  readonly limits: ReadingLimits;
}
