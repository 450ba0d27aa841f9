import { ENDED_STATES, OPEN_STATES, type JobRecord, type JobState } from './job-record';
import type { JobQueue } from './job-queue.port';
import type { JobStore } from './job-store.port';
import type { JobsSettings } from './jobs.options';

export interface SweepParts {
  readonly store: JobStore;
  readonly queue: JobQueue;
  readonly settings: JobsSettings;
  /** Discards and removes an ended job. */
  readonly expire: (job: JobRecord) => Promise<void>;
}

/** Puts right what no event tells of, a page at a time: jobs that fell out of the queue, and ended ones whose time has come. */
export class JobSweep {
  readonly #open = new Pages(OPEN_STATES);
  readonly #ended = new Pages(ENDED_STATES);

  constructor(private readonly parts: SweepParts) {}

  async run(): Promise<void> {
    await this.#bringBack();
    await this.#expire();
  }

  /** The queue knows those that it has. */
  async #bringBack(): Promise<void> {
    const { store, queue, settings } = this.parts;
    for (const { kind, id, rank } of await this.#open.next(store, settings.sweepRows, Infinity)) await queue.add(kind, id, rank);
  }

  async #expire(): Promise<void> {
    const { store, settings, expire } = this.parts;
    const before = Date.now() - settings.retentionMs;
    for (const job of await this.#ended.next(store, settings.sweepRows, before)) {
      if (job.removedAt !== undefined || (job.finishedAt ?? Infinity) <= before) await expire(job);
    }
  }
}

/** One page after another, and from the start again after the last. */
class Pages {
  #after: { readonly createdAt: number; readonly id: string } | undefined;

  constructor(private readonly states: readonly JobState[]) {}

  /** Of those that were made before a time. */
  async next(store: JobStore, limit: number, before: number): Promise<readonly JobRecord[]> {
    const start = before === Infinity ? undefined : { createdAt: before, id: '' };
    const after = this.#after ?? start;
    const page = await store.list({ states: this.states, limit, ...(after && { after }) });
    this.#after = page.length < limit ? undefined : page.at(-1);
    return page;
  }
}
