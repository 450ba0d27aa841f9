import { z } from 'zod';

/** Sizes in bytes. */
export const logOptionsSchema = z
  .object({
    /** The least severe level that is written. */
    level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    /** `pretty` for people at a terminal, `json` (one object a line) for machines; files are always json. */
    format: z.enum(['pretty', 'json']).default('json'),
    /** Where a rotated `cortex.N.log` is kept in addition to standard output; absent: no file. */
    directory: z.string().min(1).optional(),
    /** A file that reaches this size is closed and the next one begun. */
    fileBytes: z.number().int().min(1_000).default(10_000_000),
    /** Closed files that are kept beside the one being written. */
    filesKept: z.number().int().min(1).default(5),
  })
  .strict();

export type LogOptions = z.input<typeof logOptionsSchema>;
export type ParsedLogOptions = z.output<typeof logOptionsSchema>;
