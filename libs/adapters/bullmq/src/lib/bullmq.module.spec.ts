import { JobQueue } from '@cortex/jobs';
import { Test } from '@nestjs/testing';
import { BullmqJobQueue } from './bullmq-job-queue';
import { BullmqModule } from './bullmq.module';

describe('BullmqModule', () => {
  it('offers a JobQueue that reports to health, and closes it with the application', async () => {
    const states: string[] = [];
    const health = { up: () => void states.push('up'), down: (code: string) => void states.push(code) };
    const module = await Test.createTestingModule({ imports: [BullmqModule.forRoot({ redisUrl: 'redis://127.0.0.1:1', timeoutMs: 300, health })] }).compile();
    const queue = module.get(JobQueue);
    await expect(queue.add('lane', 'id', 0)).rejects.toMatchObject({ code: 'JOBS.QUEUE_UNAVAILABLE' });
    expect([queue instanceof BullmqJobQueue, states]).toEqual([true, ['JOBS.QUEUE_UNAVAILABLE']]);
    await module.close();
  });

  it('wants either Redis or PostgreSQL', () => {
    for (const options of [{}, { redisUrl: 'redis://127.0.0.1', postgres: 'postgres://127.0.0.1' }]) expect(() => new BullmqJobQueue(options)).toThrow('either redisUrl or postgres');
  });
});
