import { describeWith } from '@cortex/kernel/testing';
import { BullModule, InjectQueue, Processor, WorkerHost } from '@nestjs/bullmq';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { Job, Queue } from 'bullmq';
import { RedisSpace } from '../testing/space';
import { BullmqModule } from './bullmq.module';
import { bullmqOptionsSchema } from './bullmq.options';
import { SharedBullConfiguration } from './shared-bull-configuration';

@Processor('mails')
class Mailer extends WorkerHost {
  sent = (_to: string): void => undefined;

  async process(job: Job<{ to: string }>): Promise<void> {
    this.sent(job.data.to);
  }
}

@Injectable()
class Mails {
  constructor(@InjectQueue('mails') readonly queue: Queue) {}
}

@Module({ imports: [BullModule.forRootAsync({ useExisting: SharedBullConfiguration }), BullModule.registerQueue({ name: 'mails' })], providers: [Mailer, Mails] })
class MailModule {}

describeWith('redis', 'SharedBullConfiguration', ({ url }) => {
  it('lets an application keep queues of its own in the same Redis, apart from the lanes, and closes with it', async () => {
    await using space = new RedisSpace(url);
    const module = await Test.createTestingModule({ imports: [BullmqModule.forRoot(space.options()), MailModule] }).compile();
    await module.init();
    const sent = new Promise<string>((resolve) => (module.get(Mailer).sent = resolve));
    await module.get(Mails).queue.add('mail', { to: 'ada' });
    expect(await sent).toBe('ada');
    expect(await space.held('mails')).toBe(0);
    expect(await space.held('own:mails')).toBeGreaterThan(0);
    await module.close();
  });
});

describe('SharedBullConfiguration', () => {
  it('says that PostgreSQL will not do', () => {
    const configuration = new SharedBullConfiguration(bullmqOptionsSchema.parse({ postgres: 'postgres://127.0.0.1' }));
    expect(() => configuration.createSharedConfiguration()).toThrow('need Redis');
  });
});
