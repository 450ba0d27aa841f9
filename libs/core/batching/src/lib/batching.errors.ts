import { CortexError } from '@cortex/kernel';

/** The batcher is draining or drained: its model is being replaced or unloaded. */
export class BatcherClosedError extends CortexError {
  readonly code = 'BATCHING.CLOSED';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 1_000;

  constructor() {
    super('the model is being replaced or unloaded and takes no new work, please try again');
  }
}
