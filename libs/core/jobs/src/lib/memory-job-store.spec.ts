import { jobStoreContract } from './job-store.contract';
import { MemoryJobStore } from './memory-job-store';

describe('MemoryJobStore', () => {
  jobStoreContract(async () => {
    const store = new MemoryJobStore();
    return { store, other: store };
  });
});
