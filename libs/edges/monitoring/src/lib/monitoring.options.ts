import { availableParallelism, totalmem } from 'node:os';
import { z } from 'zod';
import { logOptionsSchema } from './log/log.options';

export const monitoringOptionsSchema = z
  .object({
    log: logOptionsSchema.prefault({}),
    /** What memory use is reported against, in bytes. Default: the machine's. */
    memoryLimitBytes: z.number().int().positive().default(totalmem),
    /** Cores that CPU use is a share of. Default: those that the process sees. */
    cores: z.number().positive().default(availableParallelism),
  })
  .strict();

/** See the schema for each field's meaning and default. */
export type MonitoringOptions = z.input<typeof monitoringOptionsSchema>;
