import type { BullRootModuleOptions, SharedBullConfigurationFactory } from '@nestjs/bullmq';
import type { Cluster, Redis } from 'ioredis';
import type { BullmqSettings } from './bullmq.options';
import { backOffMs, redisClient } from './redis-client';

/**
 * For an application whose own queues use the decorators of @nestjs/bullmq: they lie in the same Redis, apart from Cortex's lanes.
 * `BullModule.forRootAsync({ useExisting: SharedBullConfiguration })`.
 */
export class SharedBullConfiguration implements SharedBullConfigurationFactory {
  #connection: Redis | Cluster | undefined;

  constructor(private readonly settings: BullmqSettings) {}

  /** @throws where jobs lie in PostgreSQL: @nestjs/bullmq makes queues in Redis only */
  createSharedConfiguration(): BullRootModuleOptions {
    const { redisUrl: url, cluster, prefix } = this.settings;
    if (url === undefined) throw new Error('queues of @nestjs/bullmq need Redis: set redisUrl');
    this.#connection ??= redisClient({ url, cluster }, backOffMs, { maxRetriesPerRequest: null });
    return { connection: this.#connection, prefix: `${prefix}:own` };
  }

  /** After the queues and workers that use it. */
  close(): void {
    this.#connection?.disconnect();
  }
}
