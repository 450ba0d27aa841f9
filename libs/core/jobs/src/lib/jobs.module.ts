import { ChangeSignal, Telemetry } from '@cortex/kernel';
import { ConfigurableModuleBuilder, Global, Inject, Logger, Module, type FactoryProvider, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { JobQueue } from './job-queue.port';
import { JobStore } from './job-store.port';
import { Jobs } from './jobs';
import { jobsOptionsSchema, type JobsOptions } from './jobs.options';
import { MemoryJobQueue } from './memory-job-queue';
import { MemoryJobStore } from './memory-job-store';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<JobsOptions>({ moduleName: 'Jobs' })
  .setClassMethodName('forRoot')
  .build();

const logger = new Logger('Jobs');
const optional = (token: typeof JobStore | typeof JobQueue | typeof ChangeSignal | typeof Telemetry) => ({ token, optional: true });

const jobs: FactoryProvider<Jobs> = {
  provide: Jobs,
  inject: [MODULE_OPTIONS_TOKEN, optional(JobStore), optional(JobQueue), optional(ChangeSignal), optional(Telemetry)],
  useFactory: (options: JobsOptions, store: JobStore = new MemoryJobStore(), queue: JobQueue = new MemoryJobQueue(), signal?: ChangeSignal, telemetry?: Telemetry) => {
    const report = (error: unknown) => logger.error(error instanceof Error ? error.stack : 'a job failed');
    return new Jobs({ store, queue, report, ...(signal && { signal }), ...(telemetry && { telemetry }) }, jobsOptionsSchema.parse(options));
  },
};

/**
 * Offers Jobs everywhere: `forRoot({ works, retentionMs })`. Takes a global JobStore, JobQueue, ChangeSignal and Telemetry where there
 * are any; otherwise jobs end with the process. They begin when the application has been put together.
 */
@Global()
@Module({ providers: [jobs], exports: [Jobs] })
export class JobsModule extends ConfigurableModuleClass implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(@Inject(Jobs) private readonly jobs: Jobs) {
    super();
  }

  onApplicationBootstrap(): void {
    this.jobs.start();
  }

  /** Before the models and the database go. */
  async onModuleDestroy(): Promise<void> {
    await this.jobs.close();
  }
}
