import type { JobProgress, JobRun } from './job-kind';
import type { JobRecord } from './job-record';
import type { JobRecords } from './job-records';
import { ofRun, progressed, unlessCancelled, type Transition } from './job-transitions';
import { JobCancelledError, JobLostError } from './jobs.errors';

/** A run that has begun. Every change it makes holds only while the job is still its own. */
export class ActiveRun implements JobRun, Disposable {
  readonly #attempt: number;
  readonly #end = new AbortController();
  #job: JobRecord;

  constructor(begun: JobRecord, private readonly records: JobRecords, private readonly stop: AbortSignal) {
    this.#job = begun;
    this.#attempt = begun.attempts;
    stop.addEventListener('abort', this.#onStop);
    if (stop.aborted) this.#onStop();
  }

  get signal(): AbortSignal {
    return this.#end.signal;
  }

  get job(): JobRecord {
    return this.#job;
  }

  async save(progress: JobProgress): Promise<void> {
    this.signal.throwIfAborted();
    try {
      await this.#change(unlessCancelling(progressed(progress, Date.now())));
    } catch (error) {
      if (error instanceof JobCancelledError || error instanceof JobLostError) this.#end.abort(error);
      throw error;
    }
  }

  /** The last change. @throws JobLostError */
  async end(transition: Transition): Promise<JobRecord> {
    return this.#change(unlessCancelled(transition, Date.now()));
  }

  /** What somebody saw of the job; undefined when it is gone. */
  seen(job: JobRecord | undefined): void {
    if (job && job.revision < this.#job.revision) return; // told late
    if (job?.state !== 'running' || job.attempts !== this.#attempt) this.#end.abort(new JobLostError(this.#job.id));
    else if (job.cancelRequested) this.#end.abort(new JobCancelledError(job.id));
  }

  [Symbol.dispose](): void {
    this.stop.removeEventListener('abort', this.#onStop);
  }

  readonly #onStop = () => this.#end.abort(this.stop.reason);

  async #change(transition: Transition): Promise<JobRecord> {
    this.#job = await this.records.change(this.#job, ofRun(this.#attempt, transition));
    return this.#job;
  }
}

function unlessCancelling(transition: Transition): Transition {
  return (job) => {
    if (job.cancelRequested) throw new JobCancelledError(job.id);
    return transition(job);
  };
}
