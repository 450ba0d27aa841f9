import type { Clock, Metric, Telemetry } from '@cortex/kernel';
import { CpuUtilization } from './cpu-utilization';
import { EventLoopLag } from './event-loop-lag';

const EVENT_LOOP_LAG = { name: 'cortex_event_loop_lag_seconds', help: 'How late the event loop runs its timers, p99 of the last 10 to 20 s.', labels: [] } as const satisfies Metric;
const MEMORY = { name: 'cortex_memory_bytes', help: 'Memory of the process; rss holds all other kinds.', labels: ['kind'] } as const satisfies Metric;
const CPU = { name: 'cortex_cpu_utilization_ratio', help: 'CPU time used, as a share of the cores the process may use.', labels: [] } as const satisfies Metric;

/** What the process may use at most. */
export interface ProcessLimits {
  readonly memoryBytes: number;
  readonly cores: number;
}

/** What the process uses, against what it may. */
export interface ResourceUse {
  readonly memory: { readonly usedBytes: number; readonly limitBytes: number };
  readonly cpu: { readonly utilization: number; readonly cores: number };
  readonly eventLoop: { readonly lagMs: number };
}

/** Measures the process and exposes it as metrics. */
export class ProcessUse implements Disposable {
  readonly #lag: EventLoopLag;
  readonly #cpu: CpuUtilization;

  constructor(private readonly limits: ProcessLimits, telemetry: Telemetry, clock: Clock) {
    this.#lag = new EventLoopLag(clock);
    this.#cpu = new CpuUtilization(limits.cores, clock);
    telemetry.gauge(EVENT_LOOP_LAG, {}, () => this.#lag.readMs() / 1_000);
    telemetry.gauge(CPU, {}, () => this.#cpu.read());
    exposeMemory(telemetry);
  }

  now(): ResourceUse {
    return {
      memory: { usedBytes: process.memoryUsage.rss(), limitBytes: this.limits.memoryBytes },
      cpu: { utilization: rounded(this.#cpu.read()), cores: this.limits.cores },
      eventLoop: { lagMs: rounded(this.#lag.readMs()) },
    };
  }

  [Symbol.dispose](): void {
    this.#lag[Symbol.dispose]();
  }
}

function exposeMemory(telemetry: Telemetry): void {
  telemetry.gauge(MEMORY, { kind: 'rss' }, () => process.memoryUsage.rss());
  telemetry.gauge(MEMORY, { kind: 'heap_used' }, () => process.memoryUsage().heapUsed);
  telemetry.gauge(MEMORY, { kind: 'heap_total' }, () => process.memoryUsage().heapTotal);
  telemetry.gauge(MEMORY, { kind: 'external' }, () => process.memoryUsage().external);
  telemetry.gauge(MEMORY, { kind: 'array_buffers' }, () => process.memoryUsage().arrayBuffers);
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
