import { CortexError, quote } from '@cortex/kernel';

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
