import { CortexError, codeOf } from '@cortex/kernel';
import { setTimeout as sleep } from 'node:timers/promises';
import { ActiveRun } from './active-run';
import type { JobChanges } from './job-changes';
import type { JobKind } from './job-kind';
import type { JobMetrics } from './job-metrics';
import type { JobRecord } from './job-record';
import type { JobRecords } from './job-records';
import { begun, failed, handedBack, succeeded, type Transition } from './job-transitions';
import { JobLostError, JobNotFoundError, JobStoreUnavailableError, WorkerStoppedError } from './jobs.errors';
import type { JobsSettings } from './jobs.options';

export interface RunnerParts {
  readonly records: JobRecords;
  readonly changes: JobChanges;
  readonly metrics: JobMetrics;
  readonly settings: JobsSettings;
  /** Hears of errors that are bugs. */
  readonly report: (error: unknown) => void;
}

/** How a run ended: what the job becomes, and whether the queue is to bring it back. */
interface Ending {
  readonly transition: Transition;
  readonly comesBack?: CortexError;
}

/** Runs the jobs of one kind that the queue hands out. The record decides whether there is anything to do, and whose the job is. */
export class JobRunner {
  /** By job, the latest run of this process. */
  readonly #runs = new Map<string, Promise<unknown>>();

  constructor(private readonly kind: JobKind, private readonly parts: RunnerParts) {}

  /** The queue's handler. @throws what is to bring the job back later */
  async run(id: string, stop: AbortSignal): Promise<void> {
    const job = await this.#begin(id);
    if (job?.state !== 'running') return;

    using run = new ActiveRun(job, this.parts.records, stop);
    const over = new AbortController();
    const following = this.#follow(run, over.signal);
    const ending = await this.#inTurn(id, () => this.#endingOf(run));
    over.abort();
    await following;
    await this.#conclude(run, ending);
  }

  async #begin(id: string): Promise<JobRecord | undefined> {
    const { records, settings, metrics } = this.parts;
    const waiting = await records.recall(id).catch(onlyIf(JobNotFoundError));
    if (waiting === undefined) return undefined;
    const job = await records.change(waiting, begun(settings.mostSetbacks, Date.now())).catch(onlyIf(JobNotFoundError));
    if (job === undefined) return undefined;
    if (job !== waiting) metrics.became(job);
    return job;
  }

  /** Shows the run what becomes of its record, so that it ends when it was cancelled or taken over. */
  async #follow(run: ActiveRun, over: AbortSignal): Promise<void> {
    using lookout = this.parts.changes.lookout(run.job.id);
    const signal = AbortSignal.any([over, run.signal]);
    while (!signal.aborted) {
      const news = await lookout.next(signal).catch(() => undefined); // it ends the loop
      if (!news) return;
      run.seen(news.job ?? (await this.#find(run)));
    }
  }

  /** The run goes on while the records cannot be reached: it hears of it when it saves. */
  async #find(run: ActiveRun): Promise<JobRecord | undefined> {
    try {
      return await this.parts.records.store.find(run.job.id);
    } catch (error) {
      if (!(error instanceof JobStoreUnavailableError)) this.parts.report(error);
      return run.job;
    }
  }

  /** A run of this process that has lost the job to this one lets go first. */
  async #inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const turn = Promise.resolve(this.#runs.get(id)).then(work);
    this.#runs.set(id, turn);
    return turn.finally(() => this.#runs.get(id) === turn && this.#runs.delete(id));
  }

  async #endingOf(run: ActiveRun): Promise<Ending | undefined> {
    try {
      run.signal.throwIfAborted();
      const work = this.kind.run(run);
      const result = await Promise.race([work, this.#leftBehind(run.signal)]);
      return { transition: succeeded(result, Date.now()) };
    } catch (error) {
      return this.#endingAfter(run.signal.aborted ? run.signal.reason : error, run.job);
    }
  }

  /** Rejects when a run does not end although it should. */
  async #leftBehind(signal: AbortSignal): Promise<never> {
    if (!signal.aborted) await new Promise((aborted) => signal.addEventListener('abort', aborted, { once: true }));
    await sleep(this.parts.settings.graceMs, undefined, { ref: false });
    throw signal.reason;
  }

  /** Undefined when the job is somebody else's by now. */
  #endingAfter(error: unknown, job: JobRecord): Ending | undefined {
    if (error instanceof JobLostError) return undefined;
    if (!(error instanceof CortexError)) {
      this.parts.report(error);
      return { transition: failed({ code: codeOf(error), message: 'an error inside Cortex, which its log describes' }, Date.now()) };
    }
    const comesBack = this.kind.comesBack?.(error) ?? isTemporary(error);
    const isTransient = error instanceof WorkerStoppedError || (comesBack && this.#hasPatience(job));
    return isTransient ? { transition: handedBack, comesBack: error } : { transition: failed(error, Date.now()) };
  }

  #hasPatience({ progressedAt = 0 }: JobRecord): boolean {
    return Date.now() - progressedAt < this.parts.settings.patienceMs;
  }

  async #conclude(run: ActiveRun, ending: Ending | undefined): Promise<void> {
    if (ending === undefined) return;
    const job = await run.end(ending.transition).catch(onlyIf(JobLostError, JobNotFoundError));
    if (job === undefined) return;
    this.parts.metrics.became(job);
    if (job.state === 'queued') throw ending.comesBack;
  }
}

function isTemporary({ kind }: CortexError): boolean {
  return kind === 'unavailable' || kind === 'overloaded';
}

/** Takes these errors as "there is none". */
function onlyIf(...kinds: readonly (typeof JobLostError | typeof JobNotFoundError)[]): (error: unknown) => undefined {
  return (error) => {
    if (!kinds.some((kind) => error instanceof kind)) throw error;
  };
}
