import { CortexError, quote } from '@cortex/kernel';

/** A tensor that the model does not take: unknown or missing name, wrong dtype, wrong shape. */
export class InputMismatchError extends CortexError {
  readonly kind = 'invalid';

  constructor(
    readonly code: 'INFERENCE.UNKNOWN_INPUT' | 'INFERENCE.MISSING_INPUT' | 'INFERENCE.DTYPE_MISMATCH' | 'INFERENCE.SHAPE_MISMATCH' | 'INFERENCE.UNKNOWN_OUTPUT',
    override readonly field: string,
    message: string,
  ) {
    super(message);
  }
}

/** The file cannot be opened as a model; the reason is the runtime's own, without paths. */
export class LoadFailedError extends CortexError {
  readonly code = 'INFERENCE.LOAD_FAILED';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 30_000;

  constructor(readonly model: string, readonly reason: string) {
    super(`model ${quote(model)} could not be loaded: ${quote(reason, 300)}`);
  }
}

/** The graph refused what it was given (an id outside a table, dimensions that do not fit). */
export class RunFailedError extends CortexError {
  readonly code = 'INFERENCE.RUN_FAILED';
  readonly kind = 'unprocessable';

  constructor(readonly model: string, readonly reason: string) {
    super(`model ${quote(model)} could not run this input: ${quote(reason, 300)}`);
  }
}

/** The thread that ran the batch died; the rows are lost, the model is being reopened. */
export class WorkerLostError extends CortexError {
  readonly code = 'INFERENCE.WORKER_LOST';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 1_000;

  constructor(readonly model: string) {
    super(`the worker that ran ${quote(model)} was lost, please try again`);
  }
}
