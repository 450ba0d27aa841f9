import { PRIORITIES, type Metric, type Priority, type Telemetry } from '@cortex/kernel';

const QUEUE_DEPTH: Metric<'model' | 'priority'> = { name: 'cortex_queue_depth', help: 'Rows waiting for a batch', labels: ['model', 'priority'] };
const MEMORY: Metric<'model'> = { name: 'cortex_model_memory_bytes', help: 'Measured memory of a loaded model, all its sessions', labels: ['model'] };

/** A loaded session, as the gauges read it. */
export interface Watched {
  /** Rows that wait. */
  readonly depth: (priority: Priority) => number;
  readonly memoryBytes: number;
}

/** Gauges of each model over all of its sessions that are loaded: two versions, or an old file beside a new one, share a label. */
export class ModelGauges {
  /** By name; none is empty. */
  readonly #sessions = new Map<string, Set<Watched>>();

  constructor(private readonly telemetry: Telemetry) {}

  /** Counts it in until it is disposed. */
  watch(model: string, session: Watched): Disposable {
    const sessions = this.#sessions.get(model) ?? this.#show(model);
    sessions.add(session);
    return {
      [Symbol.dispose]: () => {
        if (sessions.delete(session) && sessions.size === 0) this.#hide(model);
      },
    };
  }

  #show(model: string): Set<Watched> {
    const sessions = new Set<Watched>();
    const sum = (figureOf: (session: Watched) => number) => [...sessions].reduce((total, session) => total + figureOf(session), 0);
    for (const priority of PRIORITIES) this.telemetry.gauge(QUEUE_DEPTH, { model, priority }, () => sum(({ depth }) => depth(priority)));
    this.telemetry.gauge(MEMORY, { model }, () => sum(({ memoryBytes }) => memoryBytes));
    this.#sessions.set(model, sessions);
    return sessions;
  }

  #hide(model: string): void {
    this.#sessions.delete(model);
    this.telemetry.forget(QUEUE_DEPTH, { model });
    this.telemetry.forget(MEMORY, { model });
  }
}
