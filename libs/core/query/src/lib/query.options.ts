import { z } from 'zod';

export const queryOptionsSchema = z.strictObject({
  /** Most bytes of a document. Default 256 MiB. */
  maxDocumentBytes: z.int().positive().default(256 * 2 ** 20),
  /** Most documents of one request. Default 1,000. */
  maxDocuments: z.int().positive().default(1_000),
});
/** All optional. */
export type QueryOptions = z.input<typeof queryOptionsSchema>;
export type QuerySettings = z.output<typeof queryOptionsSchema>;
