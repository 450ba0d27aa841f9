import type { Signature } from '@cortex/inference';
import type { PackedResult, PackedWork } from '../graph/packed-work';
import type { Place } from '../onnx-model-session';
import type { RestartBudget } from '../threads/restart-budget';
import { ThreadLostError } from '../threads/thread.errors';
import type { Graph } from '../threads/thread-pool';
import type { ModelProcess } from './model-process';

/** The only graph of a process. */
const SESSION = 1;

/** A process that has its graph open on all its threads, warmed up. */
export interface OpenedProcess {
  readonly child: ModelProcess;
  readonly signature: Signature;
  readonly memoryBytes: number;
}

export interface ProcessPlaceOptions {
  readonly parallelism: number;
  readonly restarts: RestartBudget;
  /** Starts a process with the graph. */
  readonly start: () => Promise<OpenedProcess>;
}

export async function openGraph(child: ModelProcess, graph: Graph): Promise<OpenedProcess> {
  const signature = await child.ask('open', { session: SESSION, ...graph });
  return { child, signature, memoryBytes: await child.ask('weigh', {}) };
}

/** In a child process of its own: what the native library does to it ends there, and its memory comes back whole. A lost process is replaced. */
export class ProcessPlace implements Place {
  readonly placement = 'process';
  readonly parallelism: number;
  readonly signature: Signature;
  readonly memoryBytes: number;
  #child: ModelProcess;
  /** The next process, while it opens the graph. */
  #next: Promise<ModelProcess> | undefined;
  #released = false;

  private constructor(private readonly options: ProcessPlaceOptions, { child, signature, memoryBytes }: OpenedProcess) {
    this.parallelism = options.parallelism;
    this.signature = signature;
    this.memoryBytes = memoryBytes;
    this.#child = this.#watched(child);
  }

  /** @throws GraphError, ThreadLostError */
  static async open(options: ProcessPlaceOptions): Promise<ProcessPlace> {
    return new ProcessPlace(options, await options.start());
  }

  async execute(work: PackedWork): Promise<PackedResult> {
    const child = this.#child.alive ? this.#child : await this.#replaced();
    return child.ask('run', { session: SESSION, work });
  }

  async release(): Promise<void> {
    this.#released = true;
    await Promise.allSettled([this.#next]);
    await this.#child.exit();
  }

  #watched(child: ModelProcess): ModelProcess {
    child.onLost = () => void this.#replaced().catch(() => undefined); // the next batch tries again, and tells its caller
    return child;
  }

  #replaced(): Promise<ModelProcess> {
    this.#next ??= this.#replace().finally(() => (this.#next = undefined));
    return this.#next;
  }

  async #replace(): Promise<ModelProcess> {
    if (this.#released || !this.options.restarts.take()) throw new ThreadLostError("the model's process was lost");
    const { child } = await this.options.start();
    this.#child = this.#watched(child);
    return child;
  }
}
