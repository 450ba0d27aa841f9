/** Runs jobs of registered kinds to their end, through crashes and restarts. */
export { Jobs, type JobOrder, type JobsParts } from './lib/jobs';
/** What whoever has a kind of job writes, and what it gets for each run. */
export { type JobKind, type JobProgress, type JobRun } from './lib/job-kind';
export { hasEnded, type JobCounts, type JobRecord, type JobState, type Json, type JsonObject } from './lib/job-record';
/** For kinds: several items at once in their order, and another try of what cannot be had now. */
export { inOrder } from './lib/in-order';
export { isPassing, patiently, type PatienceOptions } from './lib/patience';
/** Options with their defaults, for parsing an application's configuration. */
export { jobsOptionsSchema, type JobsOptions, type JobsSettings } from './lib/jobs.options';
/** The ports: records that last, and a queue that hands them out. */
export { JobStore, type JobFilter } from './lib/job-store.port';
export { JobQueue, type JobHandler, type WorkOptions } from './lib/job-queue.port';
/** Both for one process: what they hold ends with it. */
export { MemoryJobQueue, type MemoryJobQueueOptions } from './lib/memory-job-queue';
export { MemoryJobStore } from './lib/memory-job-store';
export {
  JobCancelledError,
  JobConflictError,
  JobExistsError,
  JobGivenUpError,
  JobLostError,
  JobNotFoundError,
  JobQueueUnavailableError,
  JobStateError,
  JobStoreUnavailableError,
  TooManyJobsError,
  WorkerStoppedError,
} from './lib/jobs.errors';
/** The Nest face. */
export { JobsModule } from './lib/jobs.module';
/** What a job's work is taken from. */
export { budgetsSchema } from './lib/budgets';
