import type { ParsedDocument } from './parsed-document';

/** A document's bytes, and what is known of them. */
export interface DocumentSource {
  /** Without parameters, in lower case: `text/html`. */
  readonly mediaType: string;
  /** Of a text without a byte order mark; default UTF-8. */
  readonly charset?: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * Port: bytes of one kind of document as text with structure. Not here: where bytes come from, how passages are cut, which kinds a server takes.
 * Each document is hostile until it is read: nothing of it is run, fetched or resolved, and time and memory are bounded whatever it claims.
 */
export abstract class DocumentParser {
  /** The media types that it reads. */
  abstract readonly mediaTypes: readonly string[];
  /** What a document is by its first bytes (4 KiB suffice), or its name; `application/octet-stream` where nothing tells. */
  abstract mediaTypeOf(name: string, head: Uint8Array): string;
  /**
   * The document in parts, in order: one where its format must be read whole, otherwise as many as keep memory flat. Headings of a part go on above the next.
   * The title, where there is one, is the first part's. @throws DocumentUnreadableError, DocumentTooLargeError, the signal's reason
   */
  abstract parse(source: DocumentSource, signal: AbortSignal): AsyncIterable<ParsedDocument>;
}
