import { z } from 'zod';

const address = z.strictObject({
  /** Of a server, or the folder of its socket. */
  host: z.string().min(1),
  port: z.int().positive().optional(),
  user: z.string().optional(),
  password: z.string().optional(),
  database: z.string().optional(),
});

export const bullmqOptionsSchema = z
  .strictObject({
    /** `redis://` or `rediss://`, of Redis 6.2 or newer that evicts nothing (`maxmemory-policy noeviction`). */
    redisUrl: z.url({ protocol: /^rediss?$/ }).optional(),
    /** Whether the URL names a node of a Redis Cluster, which the other nodes are learnt from. Default false. */
    cluster: z.boolean().default(false),
    /** Instead of Redis: a URL or an address. */
    postgres: z.union([z.string().min(1), address]).optional(),
    /** The database is PGlite: all its connections are one session, so its tables lie in `public`, and it is asked for jobs instead of telling. Default false. */
    isEmbedded: z.boolean().default(false),
    /** Of BullMQ's tables; made when it is absent. Default `cortex_queue`. */
    schema: z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/).default('cortex_queue'),
    /** Before all keys in Redis; in braces so that they are one cluster slot. Default `{cortex}:jobs`. */
    prefix: z.string().regex(/^\{[^{}]+\}/).default('{cortex}:jobs'),
    /** How soon at the latest somebody else gets the job of a process that died. Default 10 s. */
    takeoverMs: z.int().min(500).default(10_000),
    /** How long a call may take; then the queue counts as unreachable. Default 2 s. */
    timeoutMs: z.int().positive().default(2_000),
    /** How often a job that threw comes back. Default 20. */
    retries: z.int().nonnegative().default(20),
    /** Before it comes back first; then twice as long each time, up to a minute. Default 1 s. */
    firstDelayMs: z.int().positive().default(1_000),
    /** How long a worker may take to say goodbye after its last job. Default 3 s. */
    closeMs: z.int().positive().default(3_000),
  })
  .refine(({ redisUrl, postgres }) => (redisUrl === undefined) !== (postgres === undefined), 'either redisUrl or postgres');

export type BullmqOptions = z.input<typeof bullmqOptionsSchema>;
/** The options with their defaults filled in. */
export type BullmqSettings = z.output<typeof bullmqOptionsSchema>;
