import { z } from 'zod';

const count = z.number().int().positive();

/** How many documents are read at once, and what one of them may cost before it is refused. */
export const documentsOptionsSchema = z.strictObject({
  /** Documents that are read at once, each in a process of its own; others wait. */
  processes: count.default(2),
  /** JavaScript heap of one process, in MiB. */
  heapMiB: count.default(512),
  /** All that one process holds, its heap, its code and byte arrays, in MiB. */
  memoryMiB: count.default(1_024),
  /** Between two signs of a process: bytes asked for, or a part given, in milliseconds. */
  stepMs: count.default(120_000),
  /** Of a format that is read whole (PDF, DOCX, HTML), in bytes. */
  sourceBytes: count.default(64 * 2 ** 20),
  /** To which one compressed part of a document may unfold, in bytes. */
  unfoldedBytes: count.default(256 * 2 ** 20),
  /** Of a format that is read whole, in UTF-16 units. */
  textUnits: count.default(64 * 2 ** 20),
  pages: count.default(10_000),
});

/** What `DocumentsModule` is given. */
export type DocumentsOptions = z.input<typeof documentsOptionsSchema>;
export type DocumentsSettings = z.output<typeof documentsOptionsSchema>;

/** What a reader keeps to; the rest is kept from outside of its process. */
export type ReadingLimits = Pick<DocumentsSettings, 'memoryMiB' | 'sourceBytes' | 'unfoldedBytes' | 'textUnits' | 'pages'>;
