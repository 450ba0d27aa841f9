import { CortexError, quote } from '@cortex/kernel';
import type { JobState } from './job-record';

/** Thrown where a job should be and is not, or is another tenant's. */
export class JobNotFoundError extends CortexError {
  readonly code = 'JOBS.NOT_FOUND';
  readonly kind = 'not-found';

  constructor(id: string) {
    super(`there is no job '${quote(id)}'`);
  }
}

/** Thrown when a job is stored under an id that is taken. */
export class JobExistsError extends CortexError {
  readonly code = 'JOBS.EXISTS';
  readonly kind = 'conflict';

  constructor(readonly id: string) {
    super(`there is a job '${quote(id)}' already`);
  }
}

/** Thrown when somebody else changed the job meanwhile. */
export class JobConflictError extends CortexError {
  readonly code = 'JOBS.CONFLICT';
  readonly kind = 'conflict';

  constructor(readonly id: string, readonly revision: number) {
    super(`job '${quote(id)}' is not at revision ${revision} any more`);
  }
}

/** Thrown when the records cannot be reached; the cause is for the log only. */
export class JobStoreUnavailableError extends CortexError {
  readonly code = 'JOBS.STORE_UNAVAILABLE';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 1_000;

  constructor(cause: unknown) {
    super('the job records cannot be reached', { cause });
  }
}

/** Thrown when the queue cannot be reached; the cause is for the log only. */
export class JobQueueUnavailableError extends CortexError {
  readonly code = 'JOBS.QUEUE_UNAVAILABLE';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 1_000;

  constructor(cause: unknown) {
    super('the job queue cannot be reached', { cause });
  }
}

/** Thrown when a job is asked for what its state does not allow. */
export class JobStateError extends CortexError {
  readonly code = 'JOBS.STATE';
  readonly kind = 'conflict';

  constructor(readonly id: string, readonly state: JobState, wanted: string) {
    super(`job '${quote(id)}' is ${state}: it cannot be ${wanted}`);
  }
}

/** Thrown when a tenant has as many jobs waiting as it may. */
export class TooManyJobsError extends CortexError {
  readonly code = 'JOBS.TOO_MANY';
  readonly kind = 'overloaded';
  override readonly retryAfterMs = 10_000;

  constructor(readonly waiting: number, readonly limit: number) {
    super(`${waiting} jobs are waiting already, the limit is ${limit}`);
  }
}

/** Why a run's signal aborts: its owner asked for that. */
export class JobCancelledError extends CortexError {
  readonly code = 'JOBS.CANCELLED';
  readonly kind = 'cancelled';

  constructor(readonly id: string) {
    super(`job '${quote(id)}' was cancelled`);
  }
}

/** Why a run's signal aborts: somebody else runs the job by now, or it is gone. */
export class JobLostError extends CortexError {
  readonly code = 'JOBS.LOST';
  readonly kind = 'conflict';

  constructor(readonly id: string) {
    super(`job '${quote(id)}' is not this worker's any more`);
  }
}

/** Why a run's signal aborts: the worker stops. The job goes on elsewhere, or after the restart. */
export class WorkerStoppedError extends CortexError {
  readonly code = 'JOBS.WORKER_STOPPED';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 1_000;

  constructor() {
    super('the worker stops');
  }
}

/** Stands in the record of a job whose runs end by accident again and again, so that it does not take worker after worker with it. */
export class JobGivenUpError extends CortexError {
  readonly code = 'JOBS.GIVEN_UP';
  readonly kind = 'unprocessable';

  constructor(readonly id: string, readonly setbacks: number) {
    super(`job '${quote(id)}' was given up after ${setbacks} runs in a row that were cut off before they got any further`);
  }
}
