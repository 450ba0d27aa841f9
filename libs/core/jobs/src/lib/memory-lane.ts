import { setMaxListeners } from 'node:events';
import type { JobHandler } from './job-queue.port';
import { WorkerStoppedError } from './jobs.errors';

interface Entry {
  readonly id: string;
  readonly rank: number;
  failures: number;
  /** Set while it waits for its next try. */
  retry?: NodeJS.Timeout;
}

interface Worker {
  readonly handler: JobHandler;
  readonly concurrency: number;
  readonly stop: AbortController;
  readonly running: Set<Promise<void>>;
}

/** The ids of one lane, and who works on them. */
export class MemoryLane {
  /** Those that wait or run. */
  readonly #entries = new Map<string, Entry>();
  /** Those that may run now: by rank, then the oldest. */
  readonly #ready: Entry[] = [];
  readonly #workers = new Set<Worker>();

  /** `delayAfter`: how long a job waits after so many failures; undefined when it is dropped. */
  constructor(private readonly delayAfter: (failures: number) => number | undefined) {}

  get waiting(): number {
    return [...this.#entries.values()].filter((entry) => this.#waits(entry)).length;
  }

  add(id: string, rank: number): void {
    if (this.#entries.has(id)) return;
    const entry = { id, rank, failures: 0 };
    this.#entries.set(id, entry);
    this.#admit(entry);
  }

  remove(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined || !this.#waits(entry)) return false;
    clearTimeout(entry.retry);
    this.#entries.delete(id);
    const position = this.#ready.indexOf(entry);
    if (position >= 0) this.#ready.splice(position, 1);
    return true;
  }

  work(handler: JobHandler, concurrency: number): AsyncDisposable {
    const worker: Worker = { handler, concurrency, stop: new AbortController(), running: new Set() };
    setMaxListeners(0, worker.stop.signal); // one a job that runs
    this.#workers.add(worker);
    this.#handOut();
    return {
      [Symbol.asyncDispose]: async () => {
        this.#workers.delete(worker);
        worker.stop.abort(new WorkerStoppedError());
        await Promise.all(worker.running);
        this.#handOut();
      },
    };
  }

  #waits(entry: Entry): boolean {
    return entry.retry !== undefined || this.#ready.includes(entry);
  }

  #admit(entry: Entry): void {
    const position = this.#ready.findIndex((other) => other.rank > entry.rank);
    this.#ready.splice(position < 0 ? this.#ready.length : position, 0, entry);
    this.#handOut();
  }

  #handOut(): void {
    for (const worker of this.#workers) {
      while (worker.running.size < worker.concurrency) {
        const entry = this.#ready.shift();
        if (entry === undefined) return;
        const run = this.#run(entry, worker).finally(() => {
          worker.running.delete(run);
          this.#handOut();
        });
        worker.running.add(run);
      }
    }
  }

  /** Never rejects: a handler's throw means that the job comes back. */
  async #run(entry: Entry, { handler, stop }: Worker): Promise<void> {
    const hasDone = await handler(entry.id, stop.signal).then(() => true, () => false);
    if (hasDone) this.#entries.delete(entry.id);
    else if (stop.signal.aborted) this.#admit(entry);
    else this.#bringBack(entry);
  }

  #bringBack(entry: Entry): void {
    entry.failures += 1;
    const delayMs = this.delayAfter(entry.failures);
    if (delayMs === undefined) return void this.#entries.delete(entry.id);
    entry.retry = setTimeout(() => {
      entry.retry = undefined;
      this.#admit(entry);
    }, delayMs).unref();
  }
}
