import type { Clock, Metric, Telemetry } from '@cortex/kernel';
import type { GpuReading, ResourceProbe, ResourceReading } from '@cortex/resource-governor';
import { EventLoopLag } from './event-loop-lag';

const EVENT_LOOP_LAG = { name: 'cortex_event_loop_lag_seconds', help: 'How late the event loop runs its timers, p99 of the last 10 to 20 s.', labels: [] } as const satisfies Metric;
const CPU = { name: 'cortex_cpu_utilization_ratio', help: 'CPU time of the process and its children, as a share of the cores that it may use.', labels: [] } as const satisfies Metric;
const MEMORY = { name: 'cortex_memory_bytes', help: 'resident: of the process and its children; used and limit: of the container, or the machine.', labels: ['kind'] } as const satisfies Metric;
const GPU = { name: 'cortex_gpu_utilization_ratio', help: 'Share of the time in which the graphics card was busy.', labels: ['gpu'] } as const satisfies Metric;
const GPU_MEMORY = { name: 'cortex_gpu_memory_bytes', help: 'Memory of the graphics card.', labels: ['gpu', 'kind'] } as const satisfies Metric;
/** The source of the cards' figures, as a reading names it where it cannot be read. */
const CARDS = 'nvidia-smi';

/** What is used, against what there is; what could not be read is absent, and without a probe all but the event loop. */
export interface ResourceReport {
  readonly memory?: Pick<ResourceReading, 'residentBytes' | 'usedBytes' | 'limitBytes'> & { readonly pressure?: number };
  readonly cpu?: { readonly cores: number; readonly utilization?: number; readonly pressure?: number };
  readonly eventLoop: { readonly lagMs: number };
  readonly gpus?: readonly GpuReading[];
  /** Sources that could not be read. */
  readonly unreadable?: readonly string[];
}

/** Shows what the machine has and uses: as metrics, and in the health report. NaN stands for what could not be read. */
export class ResourceUse implements Disposable {
  readonly #lag: EventLoopLag;
  #reading: ResourceReading | undefined;
  /** The cards that have series. */
  readonly #shown = new Set<string>();

  constructor(private readonly telemetry: Telemetry, clock: Clock, private readonly probe?: ResourceProbe) {
    this.#lag = new EventLoopLag(clock);
    telemetry.gauge(EVENT_LOOP_LAG, {}, () => this.#lag.readMs() / 1_000);
    if (probe) this.#exposeReading();
  }

  /** Before a scrape or a report: as fresh as the probe's readings are. */
  async refresh(): Promise<void> {
    this.#reading = await this.probe?.read();
    const { gpus = [], unreadable = [] } = this.#reading ?? {};
    if (!unreadable.includes(CARDS)) this.#exposeCards(new Set(gpus.map(({ gpu }) => gpu))); // else they show NaN: they may still be there
  }

  /** Of the last reading. */
  report(): ResourceReport {
    const eventLoop = { lagMs: rounded(this.#lag.readMs())! };
    if (!this.#reading) return { eventLoop };
    const { residentBytes, usedBytes, limitBytes, memoryPressure, cores, cpuUtilization, cpuPressure, gpus, unreadable } = this.#reading;
    return {
      memory: { residentBytes, usedBytes, limitBytes, pressure: memoryPressure },
      cpu: { cores, utilization: rounded(cpuUtilization), pressure: cpuPressure },
      eventLoop,
      gpus,
      unreadable,
    };
  }

  [Symbol.dispose](): void {
    this.#lag[Symbol.dispose]();
  }

  #exposeReading(): void {
    this.telemetry.gauge(CPU, {}, () => this.#reading?.cpuUtilization ?? NaN);
    this.telemetry.gauge(MEMORY, { kind: 'resident' }, () => this.#reading?.residentBytes ?? NaN);
    this.telemetry.gauge(MEMORY, { kind: 'used' }, () => this.#reading?.usedBytes ?? NaN);
    this.telemetry.gauge(MEMORY, { kind: 'limit' }, () => this.#reading?.limitBytes ?? NaN);
  }

  /** A card that comes gets its series, one that goes loses them. */
  #exposeCards(present: ReadonlySet<string>): void {
    for (const gpu of present) if (!this.#shown.has(gpu)) this.#exposeCard(gpu);
    for (const gpu of this.#shown) if (!present.has(gpu)) this.#forgetCard(gpu);
  }

  #exposeCard(gpu: string): void {
    const card = () => this.#reading?.gpus.find((reading) => reading.gpu === gpu);
    this.telemetry.gauge(GPU, { gpu }, () => card()?.utilization ?? NaN);
    this.telemetry.gauge(GPU_MEMORY, { gpu, kind: 'used' }, () => card()?.usedBytes ?? NaN);
    this.telemetry.gauge(GPU_MEMORY, { gpu, kind: 'limit' }, () => card()?.totalBytes ?? NaN);
    this.#shown.add(gpu);
  }

  #forgetCard(gpu: string): void {
    this.telemetry.forget(GPU, { gpu });
    this.telemetry.forget(GPU_MEMORY, { gpu });
    this.#shown.delete(gpu);
  }
}

function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 1_000) / 1_000;
}
