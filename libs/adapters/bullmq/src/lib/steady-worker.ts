import { WorkerStoppedError, type JobHandler } from '@cortex/jobs';
import { WaitingError } from 'bullmq';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Backing, LaneWorker, Process } from './backing';

const PAUSE_MS = 1_000;

export interface LaneWork {
  readonly lane: string;
  readonly handler: JobHandler;
  readonly concurrency: number;
  /** How long the goodbye may take. */
  readonly closeMs: number;
  /** Hears of each thing that went wrong on the way to the queue. */
  readonly failed: (error: unknown) => void;
}

/** Works on a lane until it is disposed of, however often the way to the queue is lost, and from when it is first found. */
export class SteadyWorker implements AsyncDisposable {
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #end: Promise<void>;

  constructor(private readonly backing: Backing, private readonly work: LaneWork) {
    setMaxListeners(0, this.#stop.signal); // one a job that runs
    this.#end = this.#serve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new WorkerStoppedError());
    await this.#end;
  }

  /** Never rejects. */
  async #serve(): Promise<void> {
    const worker = await this.#open();
    if (worker === undefined) return;
    worker.run().catch(this.work.failed);
    await this.#stopped();
    await Promise.allSettled(this.#running);
    await worker.leave(this.work.closeMs).catch(this.work.failed);
  }

  async #open(): Promise<LaneWorker | undefined> {
    while (!this.#stop.signal.aborted) {
      const worker = await this.#tryOpen();
      if (worker !== undefined) return worker;
      await sleep(PAUSE_MS, undefined, { signal: this.#stop.signal, ref: false }).catch(() => undefined); // it ends the loop
    }
    return undefined;
  }

  async #tryOpen(): Promise<LaneWorker | undefined> {
    let worker: LaneWorker | undefined;
    try {
      await this.backing.prepare();
      worker = this.backing.worker(this.work.lane, this.#process, this.work.concurrency);
      worker.on('error', this.work.failed);
      const isReady = worker.waitUntilReady().then(() => true);
      if (await Promise.race([isReady, this.#stopped()])) return worker;
    } catch (error) {
      this.work.failed(error);
    }
    await worker?.leave(0);
    return undefined;
  }

  readonly #process: Process = async (job, token) => {
    try {
      await this.#handle(job.id!);
    } catch {
      if (this.#stop.signal.aborted) await giveBack(job, token);
      throw new Error('comes back'); // why stands in the record: the queue keeps no texts
    }
  };

  async #handle(id: string): Promise<void> {
    this.#stop.signal.throwIfAborted();
    const run = this.work.handler(id, this.#stop.signal);
    this.#running.add(run);
    await run.finally(() => this.#running.delete(run));
  }

  #stopped(): Promise<false> {
    const { signal } = this.#stop;
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(false), { once: true }));
  }
}

/** At once, for somebody else. @throws always: so BullMQ leaves the job alone */
async function giveBack(...[job, token]: Parameters<Process>): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}
