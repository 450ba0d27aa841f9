import { z } from 'zod';

/** Where pipelines are served, and how long and how much of an answer is waited for. */
export const haystackOptionsSchema = z.object({
  /** Base URL of a Hayhooks server. */
  host: z.url({ protocol: /^https?$/ }),
  /** The pipeline that writes answers. */
  pipeline: z.string().regex(/^[\w-]{1,128}$/),
  /** The longest silence before or within an answer. */
  silenceMs: z.number().int().positive().default(30_000),
  /** The longest answer, as it comes over the wire. */
  maxResponseBytes: z.number().int().positive().default(4 * 1024 * 1024),
});

/** As a user writes them; `haystackOptionsSchema` fills in what is absent. */
export type HaystackOptions = z.input<typeof haystackOptionsSchema>;
/** With every default filled in. */
export type HaystackSettings = z.output<typeof haystackOptionsSchema>;
