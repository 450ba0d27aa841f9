import type { Clock } from '@cortex/kernel';

/** A shorter span says more about the timer's grain than about the load. */
const WINDOW_MS = 1_000;

/** The share of `cores` that this process used between the last two readings that lie a second apart; 1 is all of them. */
export class CpuUtilization {
  #ratio = 0;
  #since: { readonly wallMs: number; readonly cpuMs: number };

  constructor(private readonly cores: number, private readonly clock: Clock, private readonly cpuMs: () => number = processCpuMs) {
    this.#since = { wallMs: clock.now(), cpuMs: cpuMs() };
  }

  read(): number {
    const wallMs = this.clock.now();
    const elapsedMs = wallMs - this.#since.wallMs;
    if (elapsedMs < WINDOW_MS) return this.#ratio;

    const cpuMs = this.cpuMs();
    this.#ratio = (cpuMs - this.#since.cpuMs) / elapsedMs / this.cores;
    this.#since = { wallMs, cpuMs };
    return this.#ratio;
  }
}

function processCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
