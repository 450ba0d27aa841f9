import { randomUUID } from 'node:crypto';
import { FaultProxy } from '@cortex/kernel/testing';
import { redisClient } from '../lib/redis-client';
import { RedisConnection } from '../lib/redis-connection';

/** Long enough for a machine that tests much at once. */
export const TIMEOUT_MS = 300;

/** A connection to the real Redis, at the address of a proxy where one is given. */
export function connectionTo(url: string, { proxy, ...parts }: { proxy?: FaultProxy; timeoutMs?: number; health?: { up(): void; down(code: string): void }; warn?: (message: string) => void } = {}): RedisConnection {
  const address = new URL(url);
  if (proxy) address.port = String(proxy.port);
  const { timeoutMs = TIMEOUT_MS } = parts;
  const probe = (client: ReturnType<typeof redisClient>) => client.set('cortex-spec-probe', '1', 'PX', 1_000);
  return new RedisConnection({ connect: () => redisClient({ url: address.href, cluster: false, timeoutMs }), timeoutMs, probe, ...parts });
}

/** A proxy before the real Redis. */
export function proxyTo(url: string): Promise<FaultProxy> {
  return FaultProxy.to(Number(new URL(url).port || 6379));
}

/** Keys of one spec; they carry a time to live, so nothing has to be removed. */
export function ownPrefix(): string {
  return `cortex-spec-${randomUUID()}`;
}

export async function until(condition: () => boolean, limitMs = 8_000): Promise<void> {
  for (const endAt = performance.now() + limitMs; !condition(); await new Promise((resolve) => setTimeout(resolve, 5))) {
    if (performance.now() > endAt) throw new Error(`it did not come to this within ${limitMs} ms: ${condition}`);
  }
}
