import { Queue } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import type { Backing, LaneQueue, LaneWorker, Process } from './backing';
import type { BullmqSettings } from './bullmq.options';
import { STREAMS, jobOptions, workerOptions } from './lane-options';
import { backOffMs, redisClient, type RedisAddress } from './redis-client';
import { redisWorker } from './redis-worker';

/** Queues in Redis. One connection adds and counts, and fails fast; each worker has two of its own that wait until Redis is back. */
export class RedisBacking implements Backing {
  readonly #client: Redis | Cluster;
  #wasReady = false;

  constructor(private readonly address: RedisAddress, private readonly settings: BullmqSettings) {
    const { timeoutMs } = settings;
    this.#client = redisClient(address, backOffMs, { connectTimeout: timeoutMs, commandTimeout: timeoutMs, maxRetriesPerRequest: 1 });
    this.#client.on('ready', () => (this.#wasReady = true));
    this.#client.on('error', () => undefined); // whoever calls hears of it
  }

  /** The first connection is waited for. */
  get isAway(): boolean {
    return this.#wasReady && this.#client.status !== 'ready';
  }

  async prepare(): Promise<void> {}

  queue(lane: string): LaneQueue {
    const { prefix } = this.settings;
    // Without the checks there is nothing in its making that could fail once and for ever.
    const checks = { skipVersionCheck: true, skipWaitingForReady: true };
    return new Queue(lane, { connection: this.#client, prefix, streams: STREAMS, defaultJobOptions: jobOptions(this.settings), ...checks });
  }

  added(): void {}

  worker(lane: string, process: Process, concurrency: number): LaneWorker {
    const { prefix } = this.settings;
    return redisWorker({ lane, process, address: this.address, options: { ...workerOptions(this.settings, concurrency), prefix } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.disconnect();
  }
}
