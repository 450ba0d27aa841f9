import type { JobRecord, JobState } from './job-record';

/** Which jobs; what is absent does not narrow. */
export interface JobFilter {
  readonly tenant?: string;
  readonly kind?: string;
  readonly states?: readonly JobState[];
  /** Only those after this job in the list's order: the next page. */
  readonly after?: { readonly createdAt: number; readonly id: string };
  /** At most this many, 1 to 1,000. */
  readonly limit: number;
}

/** Keeps job records; what it acknowledged survives a crash. Deliberately not in it: who runs them, and when. */
export abstract class JobStore {
  /** @throws JobExistsError when the id is taken, JobStoreUnavailableError */
  abstract insert(job: JobRecord): Promise<void>;
  /** Undefined where there is none. @throws JobStoreUnavailableError */
  abstract find(id: string): Promise<JobRecord | undefined>;
  /** Atomic: replaces the record if the kept one has the revision before it. @throws JobConflictError, JobStoreUnavailableError */
  abstract replace(job: JobRecord): Promise<void>;
  /** Newest first: by `createdAt`, then by id, descending. @throws JobStoreUnavailableError */
  abstract list(filter: JobFilter): Promise<readonly JobRecord[]>;
  /** Atomic, for a record of that revision; one that is absent already is no mistake. @throws JobConflictError, JobStoreUnavailableError */
  abstract remove(id: string, revision: number): Promise<void>;
}
