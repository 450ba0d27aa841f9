import { z } from 'zod';

/** Checks options and fills in the defaults. */
export const hostOptionsSchema = z
  .object({
    /** Where `/proc` and `/sys` are looked for. Default `/`. */
    root: z.string().min(1).default('/'),
    /** As `process.platform`: everything but `linux` gets what Node itself tells. Default: this one. */
    platform: z.string().default(() => process.platform),
    /** The process whose tree is measured. Default: this one. */
    pid: z.number().int().positive().default(() => process.pid),
    /** Readings are shared by all readers for this long, and rates span at least as much, in milliseconds. Default 1 s. */
    freshMs: z.number().min(0).default(1_000),
    /** The NVIDIA driver's tool, by path or name. Default `nvidia-smi`. */
    nvidiaSmi: z.string().min(1).default('nvidia-smi'),
    /** A question to it that takes longer has failed, in milliseconds. Default 2 s. */
    nvidiaSmiTimeoutMs: z.number().positive().default(2_000),
  })
  .strict();

/** See the schema for each field's meaning and default. */
export type HostOptions = z.input<typeof hostOptionsSchema>;
