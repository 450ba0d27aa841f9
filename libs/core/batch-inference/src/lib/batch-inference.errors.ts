import { CortexError, formatBytes, quote } from '@cortex/kernel';

/** Thrown where the rest of an input cannot be told apart into rows: it is not of the format that the job says, or damaged. */
export class InputUnreadableError extends CortexError {
  readonly code = 'BATCH.INPUT_UNREADABLE';
  readonly kind = 'invalid';
  override readonly field = 'input';

  /** `reason` without the input's own words, or those cut. */
  constructor(readonly format: string, readonly reason: string, options?: ErrorOptions) {
    super(`the input is not readable as ${format}: ${reason}`, options);
  }
}

/** Thrown for a job that cannot be as it is ordered; the field says what of it. */
export class InvalidOrderError extends CortexError {
  readonly code = 'BATCH.INVALID_ORDER';
  readonly kind = 'invalid';

  constructor(override readonly field: string, message: string) {
    super(`${field}: ${message}`);
  }
}

/** Thrown where there is no such input in the tenant's own folder. */
export class InputNotFoundError extends CortexError {
  readonly code = 'BATCH.INPUT_NOT_FOUND';
  readonly kind = 'not-found';
  override readonly field = 'input';

  constructor(what: 'object' | 'file', name: string) {
    super(`there is no ${what} '${quote(name, 120)}' of yours`);
  }
}

/** Thrown when a job goes on and its input is not the one it began with. */
export class InputChangedError extends CortexError {
  readonly code = 'BATCH.INPUT_CHANGED';
  readonly kind = 'conflict';

  constructor() {
    super('the input was written anew since the job began, the rows that are done belong to the former one');
  }
}

/** Thrown when the model's files are not those the job began with: rows before and after would not belong together. */
export class ModelChangedError extends CortexError {
  readonly code = 'BATCH.MODEL_CHANGED';
  readonly kind = 'conflict';

  constructor(readonly model: string, readonly digest: string, readonly now: string) {
    super(`model ${quote(model)} was ${digest} when the job began and is ${now} now`);
  }
}

/** Thrown for the output of a job that has not succeeded. */
export class NotReadyYetError extends CortexError {
  readonly code = 'BATCH.NOT_READY';
  readonly kind = 'conflict';

  constructor(id: string, state: string) {
    super(`job '${quote(id)}' is ${state}: its output is ready when it has succeeded`);
  }
}

/** Thrown for a job without such a file: rows that failed are in a file of their own only where the order says so. */
export class NoSuchOutputError extends CortexError {
  readonly code = 'BATCH.NO_SUCH_OUTPUT';
  readonly kind = 'not-found';

  constructor(id: string, name: string) {
    super(`job '${quote(id)}' has no ${name}`);
  }
}

/** Thrown where a file should be and is not, or is another tenant's. */
export class FileNotFoundError extends CortexError {
  readonly code = 'BATCH.FILE_NOT_FOUND';
  readonly kind = 'not-found';

  constructor(id: string) {
    super(`there is no file '${quote(id)}'`);
  }
}

/** Thrown while a file arrives that is larger than one may be. */
export class FileTooLargeError extends CortexError {
  readonly code = 'BATCH.FILE_TOO_LARGE';
  readonly kind = 'too-large';

  constructor(readonly limitBytes: number) {
    super(`the file is larger than ${formatBytes(limitBytes)}`);
  }
}

/** Thrown when a tenant has as many files as it may keep. */
export class TooManyFilesError extends CortexError {
  readonly code = 'BATCH.TOO_MANY_FILES';
  readonly kind = 'overloaded';
  override readonly retryAfterMs = 60_000;

  constructor(readonly limit: number) {
    super(`there are ${limit} files already, which is the limit: delete those that are not needed`);
  }
}

/** Thrown when the thread that writes lines ended in the middle; the next one begins anew. */
export class WriterLostError extends CortexError {
  readonly code = 'BATCH.WRITER_LOST';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 1_000;

  constructor(cause: unknown) {
    super('the thread that writes the output was lost', { cause });
  }
}
