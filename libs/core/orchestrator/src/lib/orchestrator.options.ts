import { z } from 'zod';

export const orchestratorOptionsSchema = z.object({
  /** Bytes of the result cache in this process; used where no other ResultCache is offered. */
  cacheBytes: z.int().positive().default(64 * 2 ** 20),
});

export type OrchestratorOptions = z.input<typeof orchestratorOptionsSchema>;
