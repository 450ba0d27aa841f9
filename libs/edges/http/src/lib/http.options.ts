import { z } from 'zod';

/** What the HTTP edge is told by the app. Every field has a default. */
export const httpOptionsSchema = z.strictObject({
  /** Texts, documents or tensor rows of one request; more is refused with 413. Default 2048. */
  maxRowsPerRequest: z.int().positive().default(2048),
  /** Bytes of a request body, after inflating; more is refused with 413. Default 32 MB. */
  maxBodyBytes: z.int().positive().default(32_000_000),
  /** The server's version, as metadata routes and the OpenAPI document show it. */
  version: z.string().default('0.1.0'),
});

export type HttpOptions = z.input<typeof httpOptionsSchema>;
/** The options with their defaults filled in. */
export type HttpSettings = z.output<typeof httpOptionsSchema>;
