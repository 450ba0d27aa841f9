import { JobQueue } from '@cortex/jobs';
import { ConfigurableModuleBuilder, Global, Inject, Module, type FactoryProvider, type OnApplicationShutdown } from '@nestjs/common';
import { BullmqJobQueue, type BullmqParts } from './bullmq-job-queue';
import { bullmqOptionsSchema, type BullmqOptions } from './bullmq.options';
import { SharedBullConfiguration } from './shared-bull-configuration';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<BullmqOptions & BullmqParts>({ moduleName: 'Bullmq' })
  .setClassMethodName('forRoot')
  .build();

const queue: FactoryProvider<JobQueue> = {
  provide: JobQueue,
  inject: [MODULE_OPTIONS_TOKEN],
  useFactory: ({ health, warn, ...options }: BullmqOptions & BullmqParts) => new BullmqJobQueue(options, { ...(health && { health }), ...(warn && { warn }) }),
};

const shared: FactoryProvider<SharedBullConfiguration> = {
  provide: SharedBullConfiguration,
  inject: [MODULE_OPTIONS_TOKEN],
  useFactory: ({ health: _health, warn: _warn, ...options }: BullmqOptions & BullmqParts) => new SharedBullConfiguration(bullmqOptionsSchema.parse(options)),
};

/**
 * Offers JobQueue everywhere, in Redis or PostgreSQL: `forRoot({ redisUrl })` or `forRoot({ postgres })`, or `forRootAsync`. An
 * application's own queues can stand beside it by `BullModule.forRootAsync({ useExisting: SharedBullConfiguration })`.
 */
@Global()
@Module({ providers: [queue, shared], exports: [JobQueue, SharedBullConfiguration] })
export class BullmqModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(@Inject(JobQueue) private readonly queue: BullmqJobQueue, private readonly shared: SharedBullConfiguration) {
    super();
  }

  /** After whoever works has stopped. */
  async onApplicationShutdown(): Promise<void> {
    await this.queue[Symbol.asyncDispose]();
    this.shared.close();
  }
}
