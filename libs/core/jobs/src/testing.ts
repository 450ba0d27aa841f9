/** What every JobStore and JobQueue promises: call them inside a spec. The fakes are MemoryJobStore and MemoryJobQueue. */
export { jobQueueContract, type JobQueueFixture } from './lib/job-queue.contract';
export { jobStoreContract } from './lib/job-store.contract';
