import type { Clock } from '@cortex/kernel';

const WINDOW_MS = 60_000;

/** At most so many restarts a minute: a thread that dies at once must not be started for ever. */
export class RestartBudget {
  /** Times of the restarts of the last minute, oldest first. */
  readonly #restartsMs: number[] = [];

  constructor(private readonly perMinute: number, private readonly clock: Clock) {}

  /** Takes one restart if one is left. */
  take(): boolean {
    const nowMs = this.clock.now();
    while (this.#restartsMs.length > 0 && nowMs - this.#restartsMs[0]! >= WINDOW_MS) this.#restartsMs.shift();
    if (this.#restartsMs.length >= this.perMinute) return false;
    this.#restartsMs.push(nowMs);
    return true;
  }
}
