import { CortexError, type Priority } from '@cortex/kernel';

/** The queue of this priority is full: come back in `retryAfterMs`. */
export class OverloadedError extends CortexError {
  readonly code = 'GOVERNOR.OVERLOADED';
  readonly kind = 'overloaded';

  constructor(
    readonly priority: Priority,
    readonly waitingMs: number,
    readonly limitMs: number,
    override readonly retryAfterMs: number,
  ) {
    super(`${Math.round(waitingMs)} ms of work is waiting, the limit for ${priority} requests is ${Math.round(limitMs)} ms`);
  }
}

/** The work cannot start before its deadline, so nobody waits for nothing. */
export class DeadlineUnreachableError extends CortexError {
  readonly code = 'GOVERNOR.DEADLINE_UNREACHABLE';
  readonly kind = 'expired';

  constructor(readonly waitMs: number, readonly leftMs: number) {
    super(`the request would start in ${Math.round(waitMs)} ms, its deadline is in ${Math.max(0, Math.round(leftMs))} ms`);
  }
}
