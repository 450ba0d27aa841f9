/** Runs one job. The signal aborts when this worker stops or has lost the job to another; a throw brings the job back later, a bounded number of times. */
export type JobHandler = (id: string, signal: AbortSignal) => Promise<void>;

export interface WorkOptions {
  /** Jobs of the lane that this process runs at once. */
  readonly concurrency: number;
}

/**
 * Hands job ids to whoever works on a lane (a job's kind), in this process or another: each at least once, to one worker at a
 * time as long as that worker lives, again soon after it died. Deliberately not in it: what a job is, its progress, its result.
 */
export abstract class JobQueue {
  /** Idempotent: an id that waits or runs already is not added again; one that has ended is. Smaller `rank` first, then the oldest. @throws JobQueueUnavailableError */
  abstract add(lane: string, id: string, rank: number): Promise<void>;
  /** Takes back one that waits; whether it did. One that runs already goes on. @throws JobQueueUnavailableError */
  abstract remove(lane: string, id: string): Promise<boolean>;
  /** Works until it is disposed of, which aborts the handlers' signals, waits for them, and gives unfinished jobs back to the queue. */
  abstract work(lane: string, handler: JobHandler, options: WorkOptions): AsyncDisposable;
  /** How many wait in a lane. @throws JobQueueUnavailableError */
  abstract waiting(lane: string): Promise<number>;
}
