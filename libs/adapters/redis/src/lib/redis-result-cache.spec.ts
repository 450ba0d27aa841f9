import { describeWith } from '@cortex/kernel/testing';
import { resultCacheContract } from '@cortex/orchestrator/testing';
import { Counts } from '../testing/counts';
import { TIMEOUT_MS, connectionTo, ownPrefix, proxyTo, until } from '../testing/redis-service';
import { redisClient } from './redis-client';
import type { RedisConnection } from './redis-connection';
import { RedisResultCache } from './redis-result-cache';

/** Too few to keep anything: every find goes to Redis. */
const NO_BYTES = 1;
const HIT = 'cortex_cache_requests_total/redis/hit';
const MISS = 'cortex_cache_requests_total/redis/miss';
const ERROR = 'cortex_cache_requests_total/redis/error';
const DROPPED = 'cortex_cache_writes_total/redis/dropped';

function cacheOver(connection: RedisConnection, { keyPrefix = ownPrefix(), cacheBytes = NO_BYTES, cacheTtlMs = 60_000 } = {}) {
  const telemetry = new Counts();
  const cache = new RedisResultCache({ connection, settings: { keyPrefix, cacheBytes, cacheTtlMs, cacheFromMs: 1, maxVectorBytes: 4_096 }, telemetry });
  return { cache, counts: telemetry.of };
}

describeWith('redis', 'RedisResultCache', ({ url }) => {
  let connection: RedisConnection;
  beforeAll(async () => {
    connection = connectionTo(url);
    await until(() => connection.isUp);
  });
  afterAll(() => connection[Symbol.asyncDispose]());

  describe('with nothing kept in this process', () => resultCacheContract(() => cacheOver(connection).cache));
  describe('with what was had lately kept in this process', () => resultCacheContract(() => cacheOver(connection, { cacheBytes: 100_000 }).cache));

  it('finds what another replica stored, once in Redis and then in this process', async () => {
    const keyPrefix = ownPrefix();
    const one = cacheOver(connection, { keyPrefix, cacheBytes: 100_000 });
    const other = cacheOver(connection, { keyPrefix, cacheBytes: 100_000 });
    one.cache.store(['row'], [Float32Array.of(1, 2)]);
    expect(await other.cache.find(['row', 'unknown'])).toEqual([Float32Array.of(1, 2), undefined]);
    expect(other.cache.find(['row'])).toEqual([Float32Array.of(1, 2)]);
    expect(other.counts).toEqual({ [HIT]: 1, [MISS]: 1 });
  });

  it('shares nothing between key prefixes', async () => {
    cacheOver(connection).cache.store(['row'], [Float32Array.of(1)]);
    expect(await cacheOver(connection).cache.find(['row'])).toEqual([undefined]);
  });

  it('gives every key a time to live, and no text or tenant away', async () => {
    const client = redisClient({ url, cluster: false, timeoutMs: 1_000 });
    const keyPrefix = ownPrefix();
    await until(() => client.status === 'ready');
    const { cache } = cacheOver(connection, { keyPrefix, cacheTtlMs: 5_000 });
    cache.store(['a secret text'], [Float32Array.of(1)]);
    await cache.find(['a secret text']);
    const keys = await client.keys(`${keyPrefix}:*`);
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatch(/:vector:[\w-]{43}$/);
    expect(await client.pttl(keys[0]!)).toBeGreaterThan(4_000);
    expect(await client.pttl(keys[0]!)).toBeLessThanOrEqual(5_000);
    client.disconnect();
  });

  it('takes a damaged or foreign value for none', async () => {
    const client = redisClient({ url, cluster: false, timeoutMs: 1_000 });
    const keyPrefix = ownPrefix();
    await until(() => client.status === 'ready');
    const { cache } = cacheOver(connection, { keyPrefix });
    cache.store(['a', 'b'], [Float32Array.of(1), Float32Array.of(2)]);
    await cache.find(['a']);
    const [one, two] = await client.keys(`${keyPrefix}:*`);
    await client.set(one!, 'not a vector', 'PX', 5_000);
    await client.setrange(two!, 13, 'x');
    expect(await cache.find(['a', 'b'])).toEqual([undefined, undefined]);
    client.disconnect();
  });

  it('neither asks for nor shares what is computed faster than it is fetched', async () => {
    const { cache, counts } = cacheOver(connection);
    cache.store(['cheap'], [Float32Array.of(1)], 0.9);
    cache.store(['dear'], [Float32Array.of(2)], 1);
    expect(cache.find(['cheap', 'dear'], 0.9)).toEqual([undefined, undefined]);
    expect(await cache.find(['cheap', 'dear'], 1)).toEqual([undefined, Float32Array.of(2)]);
    expect(counts).toMatchObject({ [HIT]: 1, [MISS]: 1 });
  });

  it('keeps to itself what is too large', async () => {
    const { cache, counts } = cacheOver(connection);
    cache.store(['large', 'small'], [new Float32Array(1_025), new Float32Array(1_024)]);
    expect((await cache.find(['large', 'small'])).map((vector) => vector?.length)).toEqual([undefined, 1_024]);
    expect(counts[DROPPED]).toBe(1);
  });

  it('finds nothing, in time and without a failure, while Redis is slow or away, and shares again afterwards', async () => {
    await using proxy = await proxyTo(url);
    await using line = connectionTo(url, { proxy });
    await until(() => line.isUp);
    const { cache, counts } = cacheOver(line, { cacheBytes: 100_000 });
    cache.store(['before'], [Float32Array.of(1)]);

    proxy.slow(5_000);
    let slowestMs = 0;
    for (let time = 0; time < 30; time += 1) {
      const startedAt = performance.now();
      expect(await cache.find(['before', `unknown ${time}`])).toEqual([Float32Array.of(1), undefined]);
      cache.store([`new ${time}`], [Float32Array.of(time)]);
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    }
    expect(slowestMs).toBeLessThan(2 * TIMEOUT_MS);
    expect(counts[ERROR]).toBeGreaterThan(0);
    expect(counts[ERROR]).toBeLessThanOrEqual(3);
    expect(cache.find(['new 29'])).toEqual([Float32Array.of(29)]);

    proxy.mend();
    await until(() => line.isUp);
    cache.store(['after'], [Float32Array.of(7)]);
    expect(await cache.find(['after', 'unknown'])).toEqual([Float32Array.of(7), undefined]);
  });

  it('has a bounded number of vectors on their way', async () => {
    await using proxy = await proxyTo(url);
    await using line = connectionTo(url, { proxy });
    await until(() => line.isUp);
    const { cache, counts } = cacheOver(line);
    proxy.slow(5_000);
    for (let time = 0; time < 40; time += 1) cache.store(Array.from({ length: 100 }, (_, index) => `${time}/${index}`), Array.from({ length: 100 }, () => Float32Array.of(1)));
    expect(counts[DROPPED]).toBe(4_000 - 2_048);
    await until(() => (counts['cortex_cache_writes_total/redis/error'] ?? 0) === 2_048);
  });
});
