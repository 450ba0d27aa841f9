import { JobQueue } from '@cortex/jobs';
import { ConfigurableModuleBuilder, Global, Inject, Module, type FactoryProvider, type OnApplicationShutdown } from '@nestjs/common';
import { BullmqJobQueue, type BullmqParts } from './bullmq-job-queue';
import type { BullmqOptions } from './bullmq.options';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<BullmqOptions & BullmqParts>({ moduleName: 'Bullmq' })
  .setClassMethodName('forRoot')
  .build();

const queue: FactoryProvider<JobQueue> = {
  provide: JobQueue,
  inject: [MODULE_OPTIONS_TOKEN],
  useFactory: ({ health, warn, ...options }: BullmqOptions & BullmqParts) => new BullmqJobQueue(options, { ...(health && { health }), ...(warn && { warn }) }),
};

/** Offers JobQueue everywhere, in Redis or PostgreSQL: `forRoot({ redisUrl })` or `forRoot({ postgres })`, or `forRootAsync`. */
@Global()
@Module({ providers: [queue], exports: [JobQueue] })
export class BullmqModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(@Inject(JobQueue) private readonly queue: BullmqJobQueue) {
    super();
  }

  /** After whoever works has stopped. */
  async onApplicationShutdown(): Promise<void> {
    await this.queue[Symbol.asyncDispose]();
  }
}
