/** Runs one job. The signal aborts with a WorkerStoppedError when this worker stops; a throw brings the job back later, a bounded number of times. */
export type JobHandler = (id: string, signal: AbortSignal) => Promise<void>;

export interface WorkOptions {
  /** Jobs of the lane that this process runs at once. */
  readonly concurrency: number;
}

/**
 * Hands job ids to whoever works on a lane (a job's kind), in this process or another: each at least once, to one worker at a
 * time as long as the queue can tell that it lives, again soon after it died. Deliberately not in it: what a job is, its progress,
 * its result, and that nobody else runs it: who works holds that by the record.
 */
export abstract class JobQueue {
  /** Idempotent: an id that waits or runs already is not added again; one that has ended is. Smaller `rank` (0 or more) first, then the oldest. @throws JobQueueUnavailableError */
  abstract add(lane: string, id: string, rank: number): Promise<void>;
  /** Takes back one that waits; whether it did. One that runs already goes on. @throws JobQueueUnavailableError */
  abstract remove(lane: string, id: string): Promise<boolean>;
  /** Works until it is disposed of, which aborts the handlers' signals, waits for them, and gives unfinished jobs back to the queue. */
  abstract work(lane: string, handler: JobHandler, options: WorkOptions): AsyncDisposable;
  /** How many wait in a lane, for their turn or for their next try. @throws JobQueueUnavailableError */
  abstract waiting(lane: string): Promise<number>;
}
