import { Worker } from 'node:worker_threads';
import { PendingCalls } from './pending-calls';
import type { CallName, ThreadCalls, ThreadResponse } from './thread-calls';
import { ThreadLostError } from './thread.errors';

export interface InferenceThreadOptions {
  /** Added to the thread's niceness, so that serving goes before inference. */
  readonly nice: number;
  /** The script that the thread runs. */
  readonly entry: string;
  /** Called once, when the thread ended without being asked. */
  readonly onLost: (thread: InferenceThread, cause: ThreadLostError) => void;
}

/** The serving side of one inference thread. Calls are answered in the order of asking. */
export class InferenceThread {
  readonly #worker: Worker;
  readonly #pending = new PendingCalls();
  #leaving = false;
  #lost: ThreadLostError | undefined;

  constructor(private readonly options: InferenceThreadOptions) {
    let cause: unknown;
    this.#worker = new Worker(options.entry, { workerData: { nice: options.nice } });
    this.#worker.on('message', (response: ThreadResponse) => this.#pending.settle(response));
    this.#worker.on('error', (error) => (cause = error));
    this.#worker.on('exit', () => this.#gone(cause));
  }

  get alive(): boolean {
    return this.#lost === undefined && !this.#leaving;
  }

  /** `move` are buffers that are handed over instead of copied. @throws GraphError, ThreadLostError */
  ask<C extends CallName>(call: C, args: ThreadCalls[C]['args'], move: readonly ArrayBuffer[] = []): Promise<ThreadCalls[C]['result']> {
    if (this.#lost) return Promise.reject(this.#lost);
    return this.#pending.ask(call, args, (request) => this.#worker.postMessage(request, move));
  }

  /** Lets the thread finish what it was asked, free its sessions and end. It is never terminated: that would abort a run, and the process. */
  async exit(): Promise<void> {
    if (!this.alive) return;
    this.#leaving = true;
    const ended = new Promise((resolve) => this.#worker.once('exit', resolve));
    await Promise.allSettled([this.ask('exit', {}), ended]);
  }

  #gone(cause: unknown): void {
    this.#lost = new ThreadLostError(undefined, cause);
    this.#pending.failAll(this.#lost);
    if (!this.#leaving) this.options.onLost(this, this.#lost);
  }
}
