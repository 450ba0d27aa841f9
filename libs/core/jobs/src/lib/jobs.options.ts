import { z } from 'zod';

const HOUR_MS = 3_600_000;

export const jobsOptionsSchema = z.strictObject({
  /** Jobs of a tenant that may wait at once, at most 1,000, the default. */
  mostQueuedPerTenant: z.int().min(1).max(1_000).default(1_000),
  /** Runs in a row that may be cut off (a crash, a lost worker) without getting any further; then the job fails. Default 5. */
  mostSetbacks: z.int().positive().default(5),
  /** How long a job that gets no further is tried again while something is unavailable or overloaded. Default 24 h. */
  patienceMs: z.int().positive().default(24 * HOUR_MS),
  /** How long ended jobs and what they made are kept. Default 7 days. */
  retentionMs: z.int().positive().default(7 * 24 * HOUR_MS),
  /** How often one looks for what others changed of a job that is watched or run here. Default 500 ms. */
  pollMs: z.int().positive().default(500),
  /** How often one looks for jobs that fell out of the queue, and for old ones; give or take a quarter. Default 30 s. */
  sweepMs: z.int().positive().default(30_000),
  /** Jobs that one sweep looks at; the next one goes on from there. Default 500. */
  sweepRows: z.int().min(1).max(1_000).default(500),
  /** How long a run may take to end after its signal aborted; then it is left behind. Default 10 s. */
  graceMs: z.int().nonnegative().default(10_000),
  /** Whether this process runs jobs, not only keeps them. Default true. */
  works: z.boolean().default(true),
});

export type JobsOptions = z.input<typeof jobsOptionsSchema>;
/** The options with their defaults filled in. */
export type JobsSettings = z.output<typeof jobsOptionsSchema>;
