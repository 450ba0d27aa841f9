import { CortexError, formatBytes, type Budget, type Priority, type Resource } from '@cortex/kernel';
import type { Stage } from './stage';

/** The queue of this priority is full, or was given to a tenant who holds less of it: come back in `retryAfterMs`. */
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

const UNITS: Record<Resource, string> = {
  requests: 'requests',
  tokens: 'tokens',
  cpuMs: 'ms of CPU',
  memoryBytes: 'bytes of memory',
  money: 'millionths of the currency',
};

/** A budget of the caller lacks what the request needs. Whose budget it is stays unsaid. */
export class BudgetExhaustedError extends CortexError {
  readonly code = 'GOVERNOR.BUDGET_EXHAUSTED';
  readonly kind = 'overloaded';
  readonly resource: Resource;
  readonly limit: number;
  readonly windowMs: number | undefined;

  constructor({ resource, limit, windowMs }: Budget, readonly needed: number, readonly left: number, override readonly retryAfterMs: number) {
    const window = windowMs === undefined ? '' : ` every ${windowMs} ms`;
    super(`the budget of ${limit} ${UNITS[resource]}${window} has ${whole(left)} left, the request needs ${whole(needed)}`);
    this.resource = resource;
    this.limit = limit;
    this.windowMs = windowMs;
  }
}

/** More reservations are out than the ledger keeps. */
export class LedgerFullError extends CortexError {
  readonly code = 'GOVERNOR.LEDGER_FULL';
  readonly kind = 'overloaded';
  override readonly retryAfterMs = 1_000;

  constructor(readonly limit: number) {
    super(`${limit} reservations are out, which is the limit of the ledger`);
  }
}

/** Low work is not taken in while the machine, or the queue, is under strain. */
export class LoadShedError extends CortexError {
  readonly code = 'GOVERNOR.LOAD_SHED';
  readonly kind = 'overloaded';

  constructor(readonly priority: Priority, readonly stage: Stage, override readonly retryAfterMs: number) {
    super(`${priority} requests are not taken in stage '${stage}', only more urgent ones are`);
  }
}

/** Memory is nearly used up: only critical requests are taken. */
export class OutOfMemoryError extends CortexError {
  readonly code = 'GOVERNOR.OUT_OF_MEMORY';
  readonly kind = 'unavailable';

  constructor(readonly usedBytes: number, readonly limitBytes: number, override readonly retryAfterMs: number) {
    super(`${formatBytes(usedBytes)} of memory is in use, the limit is ${formatBytes(limitBytes)}`);
  }
}

function whole(amount: number): number {
  return Math.max(0, Math.round(amount * 1_000) / 1_000);
}
