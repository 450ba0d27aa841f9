import type { CortexError } from '@cortex/kernel';
import type { JobCounts, JobRecord, JsonObject } from './job-record';

export interface JobProgress {
  /** What the next run needs to go on from here. */
  readonly checkpoint: JsonObject;
  /** When they grew, the job got further. */
  readonly counts: JobCounts;
}

/** One run of a job, for as long as it is this worker's. */
export interface JobRun {
  /** As it was when last seen. */
  readonly job: JobRecord;
  /** Aborts with a JobCancelledError, a JobLostError or a WorkerStoppedError. Whoever runs the job then ends soon, whatever by. */
  readonly signal: AbortSignal;
  /**
   * Stores how far it is, atomically; one call after another. What a run does outside it may happen again in the next run: make it
   * so that this changes nothing. @throws JobCancelledError, JobLostError, JobStoreUnavailableError
   */
  save(progress: JobProgress): Promise<void>;
}

/** What is done for the jobs of a kind. */
export interface JobKind {
  /** Of a small, fixed set: it is a label. */
  readonly kind: string;
  /** How many one process runs at once. */
  readonly concurrency: number;
  /** Goes on at the checkpoint; what it returns becomes the job's result. A throw fails the job, or brings it back later. */
  run(run: JobRun): Promise<JsonObject>;
  /** Whether such a throw brings the job back. Default those of kind `unavailable` or `overloaded`. */
  comesBack?(error: CortexError): boolean;
  /** Removes what the job left behind. May be asked again after a crash. */
  discard?(job: JobRecord): Promise<void>;
}
