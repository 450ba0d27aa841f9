/** The ports: records that last, and a queue that hands them out. */
export { JobStore, type JobFilter } from './lib/job-store.port';
export { JobQueue, type JobHandler, type WorkOptions } from './lib/job-queue.port';
export { type JobCounts, type JobRecord, type JobState, type Json, type JsonObject } from './lib/job-record';
export { JobConflictError, JobExistsError, JobNotFoundError, JobQueueUnavailableError, JobStoreUnavailableError } from './lib/jobs.errors';
