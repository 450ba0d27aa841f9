import { z } from 'zod';
import { named } from '../named';

export const explainRequest = named('ExplainRequest', z.object({
  path: z.string().max(2_048).describe('Path of the request, with its query: any POST that runs a model'),
  body: z.unknown().describe('Its body, as it would be sent'),
}));
export type ExplainRequest = z.output<typeof explainRequest>;

const priorities = z.object({ critical: z.number(), high: z.number(), medium: z.number(), low: z.number() });

/** Times in milliseconds. */
export const explanation = named('Explanation', z.looseObject({
  model: z.looseObject({ name: z.string(), version: z.string(), variant: z.string().optional(), digest: z.string().optional() }),
  version: z.looseObject({
    alias: z.string().optional(),
    rollout: z.object({ arm: z.enum(['stable', 'canary']), draw: z.number(), weight: z.number(), stable: z.string(), shadow: z.string().optional() }).optional(),
  }),
  variant: z.object({
    reason: z.string(),
    measured: z.array(z.object({ variant: z.string(), typicalMs: z.number(), memoryBytes: z.number(), batchInvariant: z.boolean(), fidelity: z.number().optional() })),
  }).optional(),
  cache: z.object({ rows: z.int(), hits: z.int() }).optional(),
  demand: z.looseObject({ cpuMs: z.number(), tokens: z.number() }).optional(),
  admission: z.looseObject({ outcome: z.enum(['admitted', 'waits', 'refused']), waitMs: z.number(), reason: z.string().optional(), retryAfterMs: z.number().optional() }).optional(),
  session: z.object({
    state: z.enum(['loaded', 'loading', 'not loaded']), loadMs: z.number(),
    memory: z.object({ outcome: z.enum(['resident', 'fits', 'waits', 'too-large']), bytes: z.number(), evicts: z.array(z.string()) }).optional(),
  }),
  queue: z.object({ waiting: priorities, backlogMs: z.number() }),
  predicted: z.object({ waitMs: z.number(), runMs: z.number() }).optional(),
}));

export const requestTrace = named('RequestTrace', z.object({
  id: z.string(), traceId: z.string().optional(), tenant: z.string(), key: z.string(), method: z.string(), route: z.string(),
  status: z.int(), code: z.string().optional(), priority: z.string(), at: z.number().describe('Milliseconds since 1970'), ms: z.number(),
  timings: z.object({
    model: z.string().optional(), tokenizeMs: z.number().optional(), admissionMs: z.number().optional(), queueMs: z.number().optional(), runMs: z.number().optional(),
    cache: z.enum(['hit', 'miss']).optional(), batch: z.object({ rows: z.int(), tokens: z.int() }).optional(),
  }),
}));
