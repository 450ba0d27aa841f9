import { Worker, type WorkerOptions } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LaneWorker, Process } from './backing';
import { backOffMs, redisClient, type RedisAddress } from './redis-client';

const GLANCE_MS = 50;

export interface RedisWorkerPlan {
  readonly lane: string;
  readonly process: Process;
  readonly address: RedisAddress;
  readonly options: Omit<WorkerOptions, 'connection'>;
}

/**
 * A worker that keeps its commands while Redis is away, and leaves nothing behind when it leaves meanwhile: BullMQ would wait for a
 * connection's end that never comes, and ioredis would go on trying to connect.
 */
export function redisWorker({ lane, process, address, options }: RedisWorkerPlan): LaneWorker {
  let isLeaving = false;
  const connection = redisClient(address, (attempt) => (isLeaving ? null : backOffMs(attempt)), { maxRetriesPerRequest: null });
  const worker = new Worker(lane, process, { ...options, connection });

  const nobodyYet = Promise.resolve(undefined); // the second connection is promised until it is first made
  const isLive = async () => connection.status === 'ready' && (await Promise.race([worker.getBackend().blockingClient, nobodyYet]))?.status === 'ready';
  const leave = async (patienceMs: number) => {
    for (const endAt = performance.now() + patienceMs; performance.now() < endAt && !(await isLive()); ) await sleep(GLANCE_MS);
    const isForced = !(await isLive());
    isLeaving = true;
    await Promise.race([worker.close(isForced), sleep(patienceMs, undefined, { ref: false })]);
    connection.disconnect();
  };
  return Object.assign(worker, { leave });
}
