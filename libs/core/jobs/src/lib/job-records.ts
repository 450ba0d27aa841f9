import type { JobChanges } from './job-changes';
import type { JobRecord } from './job-record';
import type { JobStore } from './job-store.port';
import type { Transition } from './job-transitions';
import { JobConflictError, JobNotFoundError } from './jobs.errors';

const MOST_TRIES = 10;
const MOST_FRESH = 1_000;

/** The records as this process changes them: by the newest revision, and heard of by whoever follows the job. */
export class JobRecords {
  /** As they were inserted here, the latest `MOST_FRESH`: the first change of a job need not read it. */
  readonly #fresh = new Map<string, JobRecord>();

  constructor(readonly store: JobStore, private readonly changes: JobChanges) {}

  async insert(job: JobRecord): Promise<void> {
    await this.store.insert(job);
    this.#fresh.set(job.id, job);
    const [oldest] = this.#fresh.keys();
    if (this.#fresh.size > MOST_FRESH) this.#fresh.delete(oldest!);
    this.changes.announce(job);
  }

  /** One that is being removed is found no more. @throws JobNotFoundError */
  async get(id: string): Promise<JobRecord> {
    const job = await this.store.find(id);
    if (job === undefined || job.removedAt !== undefined) throw new JobNotFoundError(id);
    return job;
  }

  /** A record to begin a change with, which may be out of date. @throws JobNotFoundError */
  async recall(id: string): Promise<JobRecord> {
    const fresh = this.#fresh.get(id);
    this.#fresh.delete(id);
    return fresh ?? this.get(id);
  }

  /** Stores what the transition makes of the newest record; `known` is tried first. @throws what the transition throws, JobNotFoundError, JobConflictError */
  async change(known: JobRecord, transition: Transition): Promise<JobRecord> {
    let job = known;
    for (let tries = 1; ; tries += 1) {
      const edited = transition(job);
      if (edited === job) return job;
      const next = { ...edited, revision: job.revision + 1, updatedAt: Date.now() };
      try {
        await this.store.replace(next);
        this.changes.announce(next);
        return next;
      } catch (error) {
        if (!(error instanceof JobConflictError) || tries === MOST_TRIES) throw error;
      }
      job = await this.get(job.id);
    }
  }

  /** @throws JobConflictError */
  async remove({ id, revision }: JobRecord): Promise<void> {
    await this.store.remove(id, revision);
  }
}
