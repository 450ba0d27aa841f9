import type { JobStore } from './job-store.port';
import { TooManyJobsError } from './jobs.errors';

/** How long a count holds. */
const COUNT_LIFE_MS = 1_000;
const MOST_COUNTS = 1_000;

interface Count {
  readonly at: number;
  readonly waiting: Promise<number>;
  /** Let in since. */
  added: number;
}

/** Lets a tenant's jobs in while few enough of them wait. It counts once a second and adds what it let in since: replicas that let in at once may go a little over. */
export class QueuedLimit {
  /** By tenant; at most `MOST_COUNTS` and those of the last second. */
  readonly #counts = new Map<string, Count>();

  constructor(private readonly store: JobStore, private readonly limit: number) {}

  /** @throws TooManyJobsError, JobStoreUnavailableError */
  async admit(tenant: string): Promise<void> {
    const count = this.#fresh(tenant) ?? this.#countAnew(tenant);
    const waiting = (await count.waiting) + count.added;
    if (waiting >= this.limit) throw new TooManyJobsError(waiting, this.limit);
    count.added += 1;
  }

  #fresh(tenant: string): Count | undefined {
    const count = this.#counts.get(tenant);
    return count && Date.now() - count.at < COUNT_LIFE_MS ? count : undefined;
  }

  #countAnew(tenant: string): Count {
    if (this.#counts.size >= MOST_COUNTS) this.#forgetOld();
    const waiting = this.#waiting(tenant);
    const count = { at: Date.now(), waiting, added: 0 };
    this.#counts.set(tenant, count);
    waiting.catch(() => this.#counts.delete(tenant)); // the next one counts again; who waits hears of it
    return count;
  }

  async #waiting(tenant: string): Promise<number> {
    return (await this.store.list({ tenant, states: ['queued'], limit: this.limit })).length;
  }

  #forgetOld(): void {
    for (const tenant of this.#counts.keys()) if (this.#fresh(tenant) === undefined) this.#counts.delete(tenant);
  }
}
