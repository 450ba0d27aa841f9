import { Worker, type WorkerOptions } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LaneWorker, Process } from './backing';
import { redisConnection } from './redis-connection';

const GLANCE_MS = 50;

export interface RedisWorkerPlan {
  readonly lane: string;
  readonly process: Process;
  readonly url: string;
  readonly options: Omit<WorkerOptions, 'connection'>;
}

/**
 * A worker that keeps its commands while Redis is away, and leaves nothing behind when it leaves meanwhile: BullMQ would wait for a
 * connection's end that never comes, and ioredis would go on trying to connect.
 */
export function redisWorker({ lane, process, url, options }: RedisWorkerPlan): LaneWorker {
  let isLeaving = false;
  const retryStrategy = (attempt: number) => (isLeaving ? null : redisConnection.retryStrategy(attempt));
  const worker = new Worker(lane, process, { ...options, connection: { url, ...redisConnection, retryStrategy, maxRetriesPerRequest: null } });

  const isLive = async () => {
    const { client, blockingClient } = worker.getBackend();
    return (await Promise.all([client, blockingClient])).every((connection) => connection?.status === 'ready');
  };
  const leave = async (patienceMs: number) => {
    for (const endAt = performance.now() + patienceMs; performance.now() < endAt && !(await isLive()); ) await sleep(GLANCE_MS);
    const isForced = !(await isLive());
    isLeaving = true;
    await Promise.race([worker.close(isForced), sleep(patienceMs, undefined, { ref: false })]);
  };
  return Object.assign(worker, { leave });
}
