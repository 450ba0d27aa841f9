import { Cluster, Redis, type RedisOptions } from 'ioredis';

const DEFAULT_PORT = 6379;
const LONGEST_PAUSE_MS = 2_000;

export interface RedisAddress {
  readonly url: string;
  /** Whether the URL names a node of a Redis Cluster, which the other nodes are learnt from. */
  readonly cluster: boolean;
}

/** A client that connects at once, and again for as long as `pauseMs` gives a pause before the next attempt. */
export function redisClient({ url, cluster }: RedisAddress, pauseMs: (attempt: number) => number | null, options: RedisOptions): Redis | Cluster {
  const { hostname, port, username, password, pathname, protocol } = new URL(url);
  const node = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || DEFAULT_PORT) };
  const line: RedisOptions = {
    ...options,
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
    keepAlive: 10_000,
  };
  if (!cluster) return new Redis({ ...node, ...line, db: Number(pathname.slice(1) || 0), retryStrategy: pauseMs });
  // Names stay names, so that TLS can check them against a node's certificate.
  return new Cluster([node], { redisOptions: line, clusterRetryStrategy: pauseMs, dnsLookup: (address, found) => found(null, address) });
}

/** Doubled with each attempt up to the longest, less up to half of it, so that replicas do not come back all at once. */
export function backOffMs(attempt: number): number {
  return Math.min(LONGEST_PAUSE_MS, 50 * 2 ** (attempt - 1)) * (1 - Math.random() / 2);
}
