import type { DocumentSource, ParsedDocument } from '@cortex/query';
import { UnreadableError } from './reading.errors';
import type { ReadingLimits } from './documents.options';
import { READERS } from './formats/readers';
import { kindOf } from './media-types';
import { DocumentWriter } from './writing/document-writer';

/** Kinds that are read in as many parts as keep memory flat: what they say may be of any length. */
const STREAMED = new Set(['text', 'markdown', 'json', 'json-lines', 'csv']);

/** Reads a document on this thread, as it arrives. @throws UnreadableError, TooLargeError, and whatever a library throws for a document that it does not understand */
export async function* readDocument({ bytes, ...about }: DocumentSource, limits: ReadingLimits): AsyncGenerator<ParsedDocument> {
  const kind = kindOf(about.mediaType);
  if (kind === undefined) throw new UnreadableError('documents of this media type are not read');
  const writer = new DocumentWriter(STREAMED.has(kind) ? Infinity : limits.textUnits);
  const reader = await READERS[kind]({ ...about, writer, limits });
  for await (const chunk of bytes) {
    reader.read(chunk);
    yield* writer.parts();
  }
  await reader.end();
  yield* writer.parts(true);
}
