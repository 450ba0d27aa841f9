import { z } from 'zod';

export const governorOptionsSchema = z.object({
  /** Predicted work that may be in the batchers at once, in milliseconds of one core: enough to batch well, no more. */
  budgetMs: z.number().positive().default(1_000),
  /** Predicted work that may wait at the door; more is refused. */
  waitingLimitMs: z.number().nonnegative().default(20_000),
  /** Requests that may wait at the door, however small. */
  maxWaiting: z.int().positive().default(10_000),
  /** Cores that do the work: converts work into waiting time. */
  parallelism: z.int().positive().default(1),
});

/** How much may run and wait at once, as configured: what is absent takes its default. */
export type GovernorConfiguration = z.input<typeof governorOptionsSchema>;

/** How much may run and wait at once. */
export type GovernorOptions = z.infer<typeof governorOptionsSchema>;
