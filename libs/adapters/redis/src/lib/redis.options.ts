import type { DependencyHealth } from '@cortex/kernel';
import { z } from 'zod';

const HOUR_MS = 3_600_000;

/** How Redis is reached and what it keeps; parsed by the module. */
export const redisOptionsSchema = z.strictObject({
  /** `redis://` or `rediss://` with user, password and database where needed. Absent: what is shared stays in this process. */
  url: z.url({ protocol: /^rediss?$/, error: 'expected a redis:// or rediss:// URL' }).optional(),
  /** Whether the URL names a node of a Redis Cluster, which the other nodes are learnt from. Default no. */
  cluster: z.boolean().default(false),
  /** Before every key and channel: letters, digits and `. _ : -`. Default `cortex`. */
  keyPrefix: z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/, 'expected letters, digits and . _ : -, at most 64').default('cortex'),
  /** Redis must answer within so many milliseconds. Default 250. */
  timeoutMs: z.int().positive().default(250),
  /** Bytes of cached vectors in this process, in front of Redis. Default 64 MiB. */
  cacheBytes: z.int().positive().default(64 * 2 ** 20),
  /** How long Redis keeps a vector, milliseconds. Default 24 hours. */
  cacheTtlMs: z.int().positive().default(24 * HOUR_MS),
  /** Vectors that take less to compute, in milliseconds, stay in this process: to ask Redis takes about as long. Default 1. */
  cacheFromMs: z.number().min(0).default(1),
  /** Vectors of more bytes stay in this process. Default 64 KiB. */
  maxVectorBytes: z.int().positive().default(64 * 2 ** 10),
  /** What a replica holds of a budget is free again so long after the replica died, milliseconds. Default 30 s. */
  leaseMs: z.int().min(1_000).default(30_000),
  /** Told whether Redis answers. */
  health: z.custom<DependencyHealth>((value) => typeof value === 'object').optional(),
  /** Told in a sentence when Redis is lost and when it is back. */
  warn: z.custom<(message: string) => void>((value) => typeof value === 'function', 'expected a function').optional(),
});

/** Every field has a default. */
export type RedisOptions = z.input<typeof redisOptionsSchema>;
/** The options with their defaults filled in. */
export type RedisSettings = z.output<typeof redisOptionsSchema>;
