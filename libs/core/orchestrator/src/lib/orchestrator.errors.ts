import { CortexError } from '@cortex/kernel';

/** The service is stopping: what was accepted is finished, nothing new begins. */
export class ShuttingDownError extends CortexError {
  readonly code = 'ORCHESTRATOR.SHUTTING_DOWN';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 1_000;

  constructor() {
    super('the service is stopping');
  }
}
