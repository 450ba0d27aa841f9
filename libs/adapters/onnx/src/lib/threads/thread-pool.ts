import type { Clock } from '@cortex/kernel';
import type { Signature } from '@cortex/inference';
import type { GraphFiles } from '../graph/graph-session';
import type { ProbePlan } from '../probe/subject';
import { InferenceThread } from './inference-thread';
import { RestartBudget } from './restart-budget';
import { ThreadLostError } from './thread.errors';

export interface ThreadPoolOptions {
  readonly threads: number;
  readonly nice: number;
  readonly entry: string;
  readonly restartsPerMinute: number;
}

/** A model as a thread opens it. */
export interface Graph {
  readonly files: GraphFiles;
  readonly plan: ProbePlan;
}

interface Waiter {
  readonly enter: (thread: InferenceThread) => void;
  readonly refuse: (error: ThreadLostError) => void;
}

/** The inference threads, shared by all models: every graph is open on every thread, a thread does one job at a time. */
export class ThreadPool {
  /** All that live, those included that are still opening their graphs. */
  readonly #threads = new Set<InferenceThread>();
  /** Ready and without a job; the one used last is taken first, its caches are warm. */
  readonly #idle: InferenceThread[] = [];
  /** First come, first served. At most `threads` for each open graph, and one for each that is being measured. */
  readonly #waiting: Waiter[] = [];
  readonly #jobs = new Set<Promise<unknown>>();
  /** What every thread has open, and what a new one must open. */
  readonly #open = new Map<number, Graph>();
  readonly #restarts: RestartBudget;
  #lastSession = 0;
  /** How many were lost and not yet replaced. */
  #lost = 0;
  #started = false;
  #closed = false;

  constructor(private readonly options: ThreadPoolOptions, clock: Clock) {
    this.#restarts = new RestartBudget(options.restartsPerMinute, clock);
  }

  get threads(): number {
    return this.options.threads;
  }

  /** Gives `job` a thread for itself. @throws ThreadLostError when the thread dies under it, or none can be had. */
  async withThread<T>(job: (thread: InferenceThread) => Promise<T>): Promise<T> {
    if (this.#closed) throw new ThreadLostError();
    const running = this.#runOnThread(job);
    this.#jobs.add(running);
    try {
      return await running;
    } finally {
      this.#jobs.delete(running);
    }
  }

  /** Opens a graph on every thread at once. @throws GraphError, ThreadLostError; then it is open on none. */
  async open(graph: Graph): Promise<{ session: number; signature: Signature }> {
    if (this.#closed) throw new ThreadLostError();
    this.#startMissing();
    const session = (this.#lastSession += 1);
    this.#open.set(session, graph);
    try {
      const [signature] = await Promise.all([...this.#threads].map((thread) => thread.ask('open', { session, ...graph })));
      if (!signature) throw new ThreadLostError();
      return { session, signature };
    } catch (error) {
      await this.close(session);
      throw error;
    }
  }

  async close(session: number): Promise<void> {
    this.#open.delete(session);
    await Promise.allSettled([...this.#threads].map((thread) => thread.ask('close', { session })));
  }

  /** Finishes the jobs that were given, those that wait included, then lets every thread end. */
  async shutdown(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#jobs);
    await Promise.all([...this.#threads].map((thread) => thread.exit()));
  }

  async #runOnThread<T>(job: (thread: InferenceThread) => Promise<T>): Promise<T> {
    const thread = await this.#take();
    try {
      return await job(thread);
    } finally {
      this.#giveBack(thread);
    }
  }

  #take(): Promise<InferenceThread> {
    this.#startMissing();
    const idle = this.#idle.pop();
    if (idle) return Promise.resolve(idle);
    if (this.#threads.size === 0) return Promise.reject(new ThreadLostError());
    return new Promise((enter, refuse) => this.#waiting.push({ enter, refuse }));
  }

  #giveBack(thread: InferenceThread): void {
    if (!thread.alive) return;
    const waiter = this.#waiting.shift();
    if (waiter) waiter.enter(thread);
    else this.#idle.push(thread);
  }

  /** Starts all at the first use; later, as far as the budget goes, those that were lost. */
  #startMissing(): void {
    if (this.#closed) return;
    for (let i = 0; !this.#started && i < this.options.threads; i += 1) this.#start();
    this.#started = true;
    for (; this.#lost > 0 && this.#restarts.take(); this.#lost -= 1) this.#start();
  }

  #start(): void {
    const { nice, entry } = this.options;
    const thread = new InferenceThread({ nice, entry, onLost: (lost, cause) => this.#lose(lost, cause) });
    this.#threads.add(thread);
    void this.#makeReady(thread);
  }

  /** Entries that are added or removed meanwhile are seen by this loop, or by the thread in the order of asking. */
  async #makeReady(thread: InferenceThread): Promise<void> {
    try {
      for (const [session, graph] of this.#open) await thread.ask('open', { session, ...graph });
      this.#giveBack(thread);
    } catch (error) {
      await thread.exit(); // a thread that lacks a graph cannot run its batches
      this.#lose(thread, new ThreadLostError(undefined, error));
    }
  }

  #lose(thread: InferenceThread, cause: ThreadLostError): void {
    if (!this.#threads.delete(thread)) return;
    const position = this.#idle.indexOf(thread);
    if (position >= 0) this.#idle.splice(position, 1);
    this.#lost += 1;
    this.#startMissing();
    if (this.#threads.size === 0) this.#refuseWaiting(cause);
  }

  #refuseWaiting(cause: ThreadLostError): void {
    for (const { refuse } of this.#waiting.splice(0)) refuse(cause);
  }
}
