import { CortexError, quote } from '@cortex/kernel';

/** The service is stopping: what was accepted is finished, nothing new begins. */
export class ShuttingDownError extends CortexError {
  readonly code = 'ORCHESTRATOR.SHUTTING_DOWN';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 1_000;

  constructor() {
    super('the service is stopping');
  }
}

/** So many wait for this model to be loaded that more would not be served in time. */
export class TooManyWaitingError extends CortexError {
  readonly code = 'ORCHESTRATOR.TOO_MANY_WAITING';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 2_000;

  constructor(readonly model: string, readonly limit: number) {
    super(`${limit} requests wait for model ${quote(model)} to be loaded, more are refused`);
  }
}
