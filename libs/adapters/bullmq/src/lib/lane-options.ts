import type { DefaultJobOptions, WorkerOptions } from 'bullmq';
import type { BullmqSettings } from './bullmq.options';

const LONGEST_DELAY_MS = 60_000;
/** Nobody here reads BullMQ's events. */
export const STREAMS = { events: { maxLen: 100 } };

/** Nothing stays of a job that has ended, so that it can be added again and nothing grows. */
export function jobOptions({ retries }: BullmqSettings): DefaultJobOptions {
  return { attempts: retries + 1, backoff: { type: 'custom' }, removeOnComplete: true, removeOnFail: true, stackTraceLimit: 0 };
}

/** A lock that is not renewed ends after half of the takeover time, and is looked for in less than the other half. */
export function workerOptions({ takeoverMs, firstDelayMs }: BullmqSettings, concurrency: number): Omit<WorkerOptions, 'connection'> {
  return {
    concurrency, autorun: false, lockDuration: takeoverMs / 2, stalledInterval: takeoverMs * 0.4,
    maxStalledCount: 1_000_000, // how often a job may be cut off is the record's business
    runRetryDelay: 1_000, settings: { backoffStrategy: (attempts) => Math.min(firstDelayMs * 2 ** (attempts - 1), LONGEST_DELAY_MS) },
  };
}
