import { z } from 'zod';

const name = z.string().regex(/^[\w-]{1,64}$/, 'expected names of pipelines: letters, digits, _ and -');

/** Where pipelines are served, which may be run, and how long and how much of an answer is waited for. */
export const haystackOptionsSchema = z.object({
  /** Base URL of a Hayhooks server. */
  host: z.url({ protocol: /^https?$/, error: 'expected an http or https URL' }),
  /** Those that may be run; the first one writes answers. Default all that are deployed there, of which none writes. */
  pipelines: z.array(name).min(1).optional(),
  /** The longest silence before or within an answer. */
  silenceMs: z.number().int().positive().default(30_000),
  /** The longest answer, as it comes over the wire. */
  maxResponseBytes: z.number().int().positive().default(4 * 1024 * 1024),
});

/** As a user writes them; `haystackOptionsSchema` fills in what is absent. */
export type HaystackOptions = z.input<typeof haystackOptionsSchema>;
/** With every default filled in. */
export type HaystackSettings = z.output<typeof haystackOptionsSchema>;
