import type { RedisOptions } from 'ioredis';

const LONGEST_PAUSE_MS = 2_000;

/** What all connections to Redis have in common. */
export const redisConnection = {
  keepAlive: 10_000,
  /** Never gives up; replicas do not come back together. */
  retryStrategy: (attempt: number): number => Math.min(LONGEST_PAUSE_MS, 50 * 2 ** attempt) * (0.5 + Math.random() / 2),
} satisfies RedisOptions;
