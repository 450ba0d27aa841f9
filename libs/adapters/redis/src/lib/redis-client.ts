import { Cluster, Redis } from 'ioredis';
import type { RedisSettings } from './redis.options';

export type RedisClient = Redis | Cluster;

const DEFAULT_PORT = 6379;
/** Of one attempt to connect, TLS included. */
const CONNECT_MS = 2_000;
const KEEP_ALIVE_MS = 10_000;
const BACK_OFF_MS = { first: 50, most: 2_000 };

/** Nothing waits in the client for a better time: what cannot be sent now fails now, and what the connection takes with it fails then. */
const IMPATIENT = { maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false, autoResubscribe: false };

/** A client that connects at once, and again for as long as it lives. */
export function redisClient(settings: Pick<RedisSettings, 'cluster' | 'timeoutMs'> & { readonly url: string }): RedisClient {
  const { hostname, port, username, password, pathname, protocol } = new URL(settings.url);
  const node = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || DEFAULT_PORT) };
  const line = {
    ...IMPATIENT,
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
    connectTimeout: CONNECT_MS,
    disconnectTimeout: settings.timeoutMs,
    keepAlive: KEEP_ALIVE_MS,
  };
  if (!settings.cluster) return new Redis({ ...node, ...line, db: Number(pathname.slice(1) || 0), enableOfflineQueue: false, retryStrategy: backOffMs });
  // Names stay names, so that TLS can check them against a node's certificate.
  return new Cluster([node], { redisOptions: line, enableOfflineQueue: false, clusterRetryStrategy: backOffMs, dnsLookup: (address, found) => found(null, address) });
}

/** Doubled with each attempt up to the most, less up to half of it, so that replicas do not come back all at once. */
export function backOffMs(attempt: number): number {
  return Math.min(BACK_OFF_MS.most, BACK_OFF_MS.first * 2 ** (attempt - 1)) * (1 - Math.random() / 2);
}

/** Of a cluster, as far as it is known; none of a single server. */
export function mastersOf(client: RedisClient): readonly Redis[] {
  return client instanceof Cluster ? client.nodes('master') : [];
}
