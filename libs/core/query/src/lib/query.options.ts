import { z } from 'zod';

export const queryOptionsSchema = z.strictObject({
  /** Most bytes of a document. Default 256 MiB. */
  maxDocumentBytes: z.int().positive().default(256 * 2 ** 20),
  /** Most documents that are added in one call: its job tells of each. Default 10,000. */
  maxDocuments: z.int().positive().default(10_000),
});
/** All optional. */
export type QueryOptions = z.input<typeof queryOptionsSchema>;
export type QuerySettings = z.output<typeof queryOptionsSchema>;
