import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How often the loop is probed; also what the probe itself adds to every sample. */
const RESOLUTION_MS = 10;

/** How late the event loop runs its timers: the 99th percentile since it was last asked. */
export class EventLoopDelay implements Disposable {
  readonly #delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor() {
    this.#delays.enable();
  }

  takeMs(): number {
    const delayMs = Math.max(0, this.#delays.percentile(99) / 1e6 - RESOLUTION_MS);
    this.#delays.reset();
    return delayMs;
  }

  [Symbol.dispose](): void {
    this.#delays.disable();
  }
}
