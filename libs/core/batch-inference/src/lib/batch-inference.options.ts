import { z } from 'zod';
import type { RowFormat } from './formats/row-format.port';

export const batchInferenceOptionsSchema = z.strictObject({
  /** Formats beside JSON lines. */
  formats: z.array(z.custom<RowFormat>()).default([]),
  /** Jobs that this process runs at once. Default 1: one keeps all cores busy. */
  concurrency: z.int().positive().default(1),
  /** Most rows that are read, answered and stored together. Default 1,024. */
  windowRows: z.int().positive().default(1_024),
  /** Most bytes of input of a window, so of a row. Default 4 MiB. */
  windowBytes: z.int().positive().default(4 * 2 ** 20),
  /** Windows between reading and storing: what a job holds in memory. Default 3. */
  windowsInFlight: z.int().positive().default(3),
  /** Questions of a job that models answer at once, each of up to 64 rows. Default 6. */
  asksInFlight: z.int().positive().default(6),
  /** How long a question waits in place for what is overloaded or unavailable; then the job lets another one go first. Default 30 s. */
  patienceMs: z.int().nonnegative().default(30_000),
  /** Most bytes of an uploaded file. Default 1 GB. */
  maxFileBytes: z.int().positive().default(1_000_000_000),
  /** Most files that a tenant may keep. Default 1,000. */
  maxFiles: z.int().positive().default(1_000),
});

export type BatchInferenceOptions = z.input<typeof batchInferenceOptionsSchema>;
/** The options with their defaults filled in. */
export type BatchInferenceSettings = z.output<typeof batchInferenceOptionsSchema>;

/** How an input is cut. */
export type WindowLimits = Pick<BatchInferenceSettings, 'windowRows' | 'windowBytes'>;
