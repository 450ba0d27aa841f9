/** Job ids in BullMQ's queues, in Redis or PostgreSQL. */
export { BullmqJobQueue, type BullmqParts } from './lib/bullmq-job-queue';
/** Options with their defaults, for parsing an application's configuration. */
export { bullmqOptionsSchema, type BullmqOptions, type BullmqSettings } from './lib/bullmq.options';
/** For an application's own queues by @nestjs/bullmq. */
export { SharedBullConfiguration } from './lib/shared-bull-configuration';
/** The Nest face. */
export { BullmqModule } from './lib/bullmq.module';
