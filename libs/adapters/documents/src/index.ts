/** The Nest face: a DocumentParser for text, Markdown, HTML, PDF, JSON, JSON Lines, CSV and DOCX. */
export { DocumentsModule } from './lib/documents.module';
export { documentsOptionsSchema, type DocumentsOptions, type DocumentsSettings } from './lib/documents.options';
/** Adapter of query's DocumentParser, without Nest. */
export { IsolatedDocumentParser } from './lib/isolated-document-parser';
/** The media type of a document that came without one. */
export { mediaTypeOf } from './lib/media-type-of';
