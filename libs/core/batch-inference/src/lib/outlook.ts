import type { JobRecord } from '@cortex/jobs';
import { checkpointOf } from './batch-job';

/** How a job gets on. What is not known yet is absent. */
export interface Outlook {
  /** Of the input, 0 to 1. */
  readonly progress?: number;
  readonly rowsPerSecond?: number;
  /** Until the last row, at this pace. */
  readonly etaMs?: number;
}

/** Judged by the bytes that are read: how many rows there are is known at the end. */
export function outlookOf(job: JobRecord): Outlook {
  const checkpoint = checkpointOf(job);
  if (checkpoint === undefined) return {};
  const { bytesRead, rowsPerSecond, binding: { inputBytes } } = checkpoint;
  const rows = job.counts.done + job.counts.failed;
  if (job.state === 'succeeded' || inputBytes === 0) return { progress: 1, ...(rowsPerSecond > 0 && { rowsPerSecond }) };
  const progress = Math.min(1, bytesRead / inputBytes);
  if (rowsPerSecond === 0 || progress === 0) return { progress };
  const rowsLeft = rows * (1 / progress - 1);
  return { progress, rowsPerSecond, ...(job.state === 'running' && { etaMs: Math.round((1_000 * rowsLeft) / rowsPerSecond) }) };
}
