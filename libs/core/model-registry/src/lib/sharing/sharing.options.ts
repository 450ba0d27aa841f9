import { z } from 'zod';

/** How replicas share models. */
export const sharingOptionsSchema = z.strictObject({
  /** Brings versions as soon as they are heard of; otherwise when they are first asked for. Default true. */
  eager: z.boolean().default(true),
  /** How long a request waits for a version that is on its way; its own deadline may come first. Default 30 s. */
  patienceMs: z.int().positive().default(30_000),
  /** Between two looks whether everything lies where it should. Default 10 minutes. */
  auditMs: z.int().positive().default(600_000),
  /** Until what failed is tried again. Default 5 s. */
  retryMs: z.int().positive().default(5_000),
});
