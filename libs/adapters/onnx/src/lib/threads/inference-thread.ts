import { Worker } from 'node:worker_threads';
import { GraphError } from '../graph/graph.errors';
import type { CallName, ThreadCalls, ThreadRequest, ThreadResponse } from './thread-calls';
import { ThreadLostError } from './thread.errors';

export interface InferenceThreadOptions {
  /** Added to the thread's niceness, so that serving goes before inference. */
  readonly nice: number;
  /** The script that the thread runs. */
  readonly entry: string;
  /** Called once, when the thread ended without being asked. */
  readonly onLost: (thread: InferenceThread, cause: ThreadLostError) => void;
}

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/** The serving side of one inference thread. Calls are answered in the order of asking. */
export class InferenceThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #leaving = false;
  #lost: ThreadLostError | undefined;

  constructor(private readonly options: InferenceThreadOptions) {
    let cause: unknown;
    this.#worker = new Worker(options.entry, { workerData: { nice: options.nice } });
    this.#worker.on('message', (response: ThreadResponse) => this.#settle(response));
    this.#worker.on('error', (error) => (cause = error));
    this.#worker.on('exit', () => this.#gone(cause));
  }

  get alive(): boolean {
    return this.#lost === undefined && !this.#leaving;
  }

  /** `move` are buffers that are handed over instead of copied. @throws GraphError, ThreadLostError */
  ask<C extends CallName>(call: C, args: ThreadCalls[C]['args'], move: readonly ArrayBuffer[] = []): Promise<ThreadCalls[C]['result']> {
    if (this.#lost) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => {
      const request: ThreadRequest<C> = { id: (this.#lastId += 1), call, args };
      this.#pending.set(request.id, { resolve, reject });
      this.#worker.postMessage(request, move);
    });
  }

  /** Lets the thread finish what it was asked, free its sessions and end. It is never terminated: that would abort a run, and the process. */
  async exit(): Promise<void> {
    if (!this.alive) return;
    this.#leaving = true;
    const ended = new Promise((resolve) => this.#worker.once('exit', resolve));
    await Promise.allSettled([this.ask('exit', {}), ended]);
  }

  #settle(response: ThreadResponse): void {
    const pending = this.#pending.get(response.id);
    this.#pending.delete(response.id);
    if ('result' in response) pending?.resolve(response.result as never);
    else pending?.reject('refused' in response ? new GraphError(response.refused) : new Error(response.bug));
  }

  #gone(cause: unknown): void {
    this.#lost = new ThreadLostError(cause);
    for (const { reject } of this.#pending.values()) reject(this.#lost);
    this.#pending.clear();
    if (!this.#leaving) this.options.onLost(this, this.#lost);
  }
}
