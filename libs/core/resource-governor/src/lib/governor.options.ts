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
  /** Cores that are kept supplied however slow the machine gets: 100 ms of work each is always let in. */
  reservedParallelism: z.int().positive().default(1),
  /** The wait in the batchers, in milliseconds, above which less than `budgetMs` is let in. */
  targetWaitMs: z.number().positive().default(500),
  /** What may be used of memory, in bytes; absent: what the container has, of a machine 8 GB. */
  memoryLimitBytes: z.number().positive().optional(),
  /** Memory that is in use even when nothing runs, in bytes, at most half of the limit, which is the default: pressure counts from here. */
  memoryReservedBytes: z.number().nonnegative().optional(),
  /** Measured resident memory of all that is loaded together, in bytes; at most what the probe finds there is. */
  residencyBytes: z.int().positive().default(2_000_000_000),
  /** How long a newcomer waits for memory that is in use, milliseconds. */
  residencyPatienceMs: z.number().nonnegative().default(30_000),
  /** How often the machine is looked at. */
  sampleIntervalMs: z.int().positive().default(1_000),
});

/** How much may run and wait at once, as configured: what is absent takes its default. */
export type GovernorConfiguration = z.input<typeof governorOptionsSchema>;

/** How much may run and wait at once. */
export type GovernorOptions = z.infer<typeof governorOptionsSchema>;
