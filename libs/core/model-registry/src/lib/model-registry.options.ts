import { z } from 'zod';

/** What the registry is made with; parsed by its module. */
export const registryOptionsSchema = z.object({
  /** Folders of models. A `folder` one goes before a `bundled` one of the same name and version. Default none. */
  folders: z.array(z.object({ path: z.string().min(1), origin: z.enum(['bundled', 'folder']) }).readonly()).readonly().default([]),
  /** Most rows of one batch, for every model that does not say its own. Default 32. */
  maxBatchRows: z.int().positive().default(32),
  /** Names of variants that the runtime can make of a text model's fp32 file: they may be asked for although no file lies there. Default none. */
  derivable: z.array(z.string()).readonly().optional(),
  /** The reference that answers where a request names no model, by task. Default the bundled model of the task. */
  defaults: z.partialRecord(z.enum(['tensor', 'embed', 'rerank', 'classify', 'token-classify', 'generate']), z.string()).optional(),
});

/** Folders, the batch limit of models without their own, and the default model of each task. */
export type RegistryOptions = z.output<typeof registryOptionsSchema>;
