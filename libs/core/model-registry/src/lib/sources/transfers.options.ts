import { z } from 'zod';
import { sharingOptionsSchema } from '../sharing/sharing.options';

const GB = 1_000_000_000;

/** What pulls and uploads are bounded by; parsed by their module. */
export const transfersOptionsSchema = z.strictObject({
  /** The folder of models that is installed into, absolute. Its `.incoming` holds what is on its way. */
  folder: z.string().min(1),
  /** Bytes of a whole model. Default 8 GB. */
  maxBytes: z.int().positive().default(8 * GB),
  /** Bytes of one file. Default as much as a model. */
  maxFileBytes: z.int().positive().default(Number.MAX_SAFE_INTEGER),
  /** Files of one model. Default 200. */
  maxFiles: z.int().positive().default(200),
  /** Pulls that run at a time; more wait. Default 2. */
  maxRunning: z.int().positive().default(2),
  /** Pulls that wait, and uploads that are open; more are refused. Default 16. */
  maxWaiting: z.int().positive().default(16),
  /** A source or client that sends less than `minProgressBytes` in this time is given up. Default 30 s. */
  progressMs: z.int().positive().default(30_000),
  /** Default 64 KiB, or what is left of the file. */
  minProgressBytes: z.int().positive().default(65_536),
  /** A pull that takes longer is given up; the next one goes on where it stopped. Default 2 hours. */
  totalMs: z.int().positive().default(7_200_000),
  /** What was left behind this long ago is removed. Default 24 hours. */
  staleMs: z.int().positive().default(86_400_000),
  /** Installed versions are put into the ObjectStore, and brought from there: for replicas with one catalogue. Default nothing is shared. */
  sharing: sharingOptionsSchema.optional(),
});

export type TransfersOptions = z.input<typeof transfersOptionsSchema>;
/** The options with their defaults filled in. */
export type TransferLimits = z.output<typeof transfersOptionsSchema>;
