import { CortexError } from '@cortex/kernel';

/** Redis did not do what was asked of it, or is known to be away. `reason` is a short constant: neither address nor password is in it. */
export class RedisUnavailableError extends CortexError {
  readonly code = 'REDIS.UNAVAILABLE';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 1_000;

  constructor(readonly reason: string) {
    super(`Redis is not available (${reason})`);
  }
}
