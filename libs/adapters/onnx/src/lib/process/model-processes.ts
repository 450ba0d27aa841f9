import type { Clock } from '@cortex/kernel';

import type { Place } from '../onnx-model-session';
import { RestartBudget } from '../threads/restart-budget';
import { ThreadLostError } from '../threads/thread.errors';
import type { Graph } from '../threads/thread-pool';
import { ModelProcess, type ModelProcessOptions } from './model-process';
import { openGraph, ProcessPlace, type OpenedProcess } from './process-place';
import type { GraphProfile } from '../probe/probe';

export interface ModelProcessesOptions extends ModelProcessOptions {
  /** How long a process may measure, convert or open a file, in milliseconds; then it is killed. */
  readonly loadMs: number;
}

/** Child processes: one a model for as long as it is open, and one for each job that reads a file. */
export class ModelProcesses {
  /** Lost processes that may be replaced, whichever model they belong to. */
  readonly #restarts: RestartBudget;
  readonly #jobs = new Set<Promise<unknown>>();
  #closed = false;

  constructor(private readonly options: ModelProcessesOptions, clock: Clock) {
    this.#restarts = new RestartBudget(options.restartsPerMinute, clock);
  }

  /** Gives `job` a process that ends with it, with so many threads. @throws ThreadLostError when it dies, or takes longer than `loadMs` */
  async withProcess<T>(threads: number, job: (child: ModelProcess) => Promise<T>): Promise<T> {
    const running = this.#runInProcess(threads, job);
    this.#jobs.add(running);
    try {
      return await running;
    } finally {
      this.#jobs.delete(running);
    }
  }

  /**
   * Probes a graph and weighs it, alone in a process with one thread and in another with two: the difference is what
   * a further session takes, the rest is taken once. @throws GraphError, ThreadLostError
   */
  async measure(graph: Graph): Promise<GraphProfile> {
    const [one, profile] = await this.withProcess(1, async (child) => {
      const { memoryBytes } = await openGraph(child, graph);
      return [memoryBytes, await child.ask('probe', graph)] as const;
    });
    const { memoryBytes: two } = await this.withProcess(2, (child) => openGraph(child, graph));
    const memoryBytes = Math.max(two - one, 1);
    return { ...profile, memoryBytes, baseBytes: Math.max(one - memoryBytes, 0) };
  }

  /** Opens a graph in a process of its own. @throws GraphError, ThreadLostError */
  openPlace(graph: Graph): Promise<Place> {
    return ProcessPlace.open({ parallelism: this.options.threads, restarts: this.#restarts, start: () => this.#openIn(graph) });
  }

  /** Waits for the jobs that were given. Models are closed by those who opened them. */
  async shutdown(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#jobs);
  }

  async #runInProcess<T>(threads: number, job: (child: ModelProcess) => Promise<T>): Promise<T> {
    await using child = this.#start(threads);
    return await this.#withinLimit(child, () => job(child));
  }

  async #openIn(graph: Graph): Promise<OpenedProcess> {
    const child = this.#start(this.options.threads);
    try {
      return await this.#withinLimit(child, () => openGraph(child, graph));
    } catch (error) {
      await child.exit();
      throw error;
    }
  }

  #start(threads: number): ModelProcess {
    if (this.#closed) throw new ThreadLostError();
    return new ModelProcess({ ...this.options, threads });
  }

  async #withinLimit<T>(child: ModelProcess, job: () => Promise<T>): Promise<T> {
    const overdue = setTimeout(() => child.kill(), this.options.loadMs);
    try {
      return await job();
    } finally {
      clearTimeout(overdue);
    }
  }
}
