import { z } from 'zod';

export const orchestratorOptionsSchema = z.object({
  /** Bytes of the result cache in this process; used where no other ResultCache is offered. */
  cacheBytes: z.int().positive().default(64 * 2 ** 20),
  /** Whether a tenant may be given a vector that was computed for another: only those who sent the same text can tell. Default no. */
  sharesCache: z.boolean().default(false),
  /** Make faster variants of models that came without them, in the background after their first load. Default yes. */
  derivesVariants: z.boolean().default(true),
  /** A model that was not used for so long is unloaded, milliseconds. Default: when its memory is needed. */
  keepAliveMs: z.number().positive().default(Infinity),
});

export type OrchestratorOptions = z.input<typeof orchestratorOptionsSchema>;
