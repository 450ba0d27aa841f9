import type { Clock } from '@cortex/kernel';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How often the loop is probed; also what the probe itself adds to every sample. */
const RESOLUTION_MS = 10;
const WINDOW_MS = 10_000;

/** How late the event loop runs its timers: the 99th percentile over the last ten to twenty seconds, however many read it. */
export class EventLoopLag implements Disposable {
  readonly #delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #previousMs = 0;
  #windowSince: number;

  constructor(private readonly clock: Clock) {
    this.#windowSince = clock.now();
    this.#delays.enable();
  }

  readMs(): number {
    const current = this.#p99Ms();
    const shown = Math.max(current, this.#previousMs);
    if (this.clock.now() - this.#windowSince >= WINDOW_MS) {
      this.#previousMs = current;
      this.#windowSince = this.clock.now();
      this.#delays.reset();
    }
    return shown;
  }

  [Symbol.dispose](): void {
    this.#delays.disable();
  }

  #p99Ms(): number {
    return Math.max(0, this.#delays.percentile(99) / 1e6 - RESOLUTION_MS);
  }
}
