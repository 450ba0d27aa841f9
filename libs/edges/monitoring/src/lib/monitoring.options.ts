import { z } from 'zod';
import { logOptionsSchema } from './log/log.options';

export const monitoringOptionsSchema = z
  .object({
    log: logOptionsSchema.prefault({}),
  })
  .strict();

/** See the schema for each field's meaning and default. */
export type MonitoringOptions = z.input<typeof monitoringOptionsSchema>;
