import { z } from 'zod';

const budget = z.strictObject({
  account: z.string(),
  resource: z.enum(['requests', 'tokens', 'cpuMs', 'memoryBytes', 'money']),
  limit: z.number().positive(),
  windowMs: z.number().positive().optional(),
});

/** What a job's work is taken from, as its spec keeps it: the quotas of the key that submitted it. */
export const budgetsSchema = z.array(budget);
