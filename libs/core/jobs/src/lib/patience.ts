import { setTimeout as sleep } from 'node:timers/promises';
import { CortexError } from '@cortex/kernel';

const FIRST_WAIT_MS = 100;

export interface PatienceOptions {
  /** How long one waits, all together, for what is overloaded or unavailable. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

/** Asks again what cannot be answered now, ever less often, until it would take too long. @throws what `ask` throws, the signal's reason */
export async function patiently<T>(ask: () => Promise<T>, { patienceMs, signal }: PatienceOptions): Promise<T> {
  let leftMs = patienceMs;
  for (let pauseMs = FIRST_WAIT_MS; ; pauseMs *= 2) {
    try {
      return await ask();
    } catch (error) {
      const waitMs = waitAfter(error, pauseMs);
      if (waitMs > leftMs) throw error;
      await sleep(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
      leftMs -= waitMs;
    }
  }
}

/** Whether the same may succeed in a while: what is overloaded, unavailable or too slow. */
export function isPassing(error: unknown): error is CortexError {
  return error instanceof CortexError && ['overloaded', 'unavailable', 'upstream-timeout'].includes(error.kind);
}

/** Infinity where waiting does not help. */
function waitAfter(error: unknown, pauseMs: number): number {
  return isPassing(error) ? Math.max(pauseMs, error.retryAfterMs ?? 0) : Infinity;
}
