import { jobQueueContract } from './job-queue.contract';
import { MemoryJobQueue } from './memory-job-queue';

describe('MemoryJobQueue', () => {
  jobQueueContract(() => {
    const queue = new MemoryJobQueue({ firstDelayMs: 200 });
    return { queue, other: queue };
  });
});
