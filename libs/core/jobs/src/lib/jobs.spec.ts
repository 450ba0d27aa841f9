import type { JobRun } from './job-kind';
import type { JobRecord } from './job-record';
import { Jobs } from './jobs';
import { MemoryJobQueue } from './memory-job-queue';
import { MemoryJobStore } from './memory-job-store';

describe('Jobs', () => {
  it('runs what was submitted and tells who watches', async () => {
    const jobs = new Jobs({ store: new MemoryJobStore(), queue: new MemoryJobQueue() });
    jobs.register({ kind: 'double', concurrency: 1, run: async ({ job }: JobRun) => ({ value: 2 * (job.spec['value'] as number) }) });
    jobs.start();
    const { id } = await jobs.submit({ tenant: 'a', kind: 'double', spec: { value: 21 } });
    const seen: JobRecord[] = [];
    for await (const job of jobs.watch(id, 'a', AbortSignal.timeout(5_000))) seen.push(job);
    expect(seen.at(-1)).toMatchObject({ state: 'succeeded', result: { value: 42 }, attempts: 1 });
    await jobs.close();
  });
});
