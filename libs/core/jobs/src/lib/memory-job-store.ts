import type { JobRecord } from './job-record';
import { JobStore, type JobFilter } from './job-store.port';
import { JobConflictError, JobExistsError } from './jobs.errors';

/** Job records of one process, which end with it. */
export class MemoryJobStore extends JobStore {
  readonly #jobs = new Map<string, JobRecord>();

  async insert(job: JobRecord): Promise<void> {
    if (this.#jobs.has(job.id)) throw new JobExistsError(job.id);
    this.#jobs.set(job.id, structuredClone(job));
  }

  async find(id: string): Promise<JobRecord | undefined> {
    return structuredClone(this.#jobs.get(id));
  }

  async replace(job: JobRecord): Promise<void> {
    if (this.#jobs.get(job.id)?.revision !== job.revision - 1) throw new JobConflictError(job.id, job.revision - 1);
    this.#jobs.set(job.id, structuredClone(job));
  }

  async list({ tenant, kind, states, after, limit }: JobFilter): Promise<readonly JobRecord[]> {
    const isWanted = (job: JobRecord) =>
      (tenant === undefined || job.tenant === tenant) &&
      (kind === undefined || job.kind === kind) &&
      (states === undefined || states.includes(job.state)) &&
      (after === undefined || newestFirst(after, job) < 0);
    return structuredClone([...this.#jobs.values()].filter(isWanted).sort(newestFirst).slice(0, limit));
  }

  async remove(id: string, revision: number): Promise<void> {
    const kept = this.#jobs.get(id);
    if (kept !== undefined && kept.revision !== revision) throw new JobConflictError(id, revision);
    this.#jobs.delete(id);
  }
}

type Position = Pick<JobRecord, 'createdAt' | 'id'>;

function newestFirst(a: Position, b: Position): number {
  return b.createdAt - a.createdAt || Number(a.id < b.id) - Number(a.id > b.id);
}
