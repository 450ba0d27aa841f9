import { createHash } from 'node:crypto';
import type { Metric, Telemetry } from '@cortex/kernel';
import { MemoryResultCache, ResultCache } from '@cortex/orchestrator';
import type { RedisClient } from './redis-client';
import type { RedisConnection } from './redis-connection';
import { RedisUnavailableError } from './redis.errors';
import type { RedisSettings } from './redis.options';
import { decodeVector, encodeVector } from './vector-codec';

const CACHE_REQUESTS: Metric<'cache' | 'outcome'> = { name: 'cortex_cache_requests_total', help: 'Look-ups in a cache', labels: ['cache', 'outcome'] };
const CACHE_WRITES: Metric<'cache' | 'outcome'> = { name: 'cortex_cache_writes_total', help: 'Entries written to a cache', labels: ['cache', 'outcome'] };
/** Vectors on their way to Redis; what comes beyond is not shared. */
const MAX_WRITES = 2_048;

export interface RedisResultCacheParts {
  readonly connection: RedisConnection;
  readonly settings: Pick<RedisSettings, 'keyPrefix' | 'cacheBytes' | 'cacheTtlMs' | 'cacheFromMs' | 'maxVectorBytes'>;
  readonly telemetry: Telemetry;
}

type Found = readonly (Float32Array | undefined)[];

/** Vectors that replicas share. What this process has had lately is found in it; while Redis is away, only that. */
export class RedisResultCache extends ResultCache {
  readonly #near: MemoryResultCache;
  readonly #connection: RedisConnection;
  readonly #settings: RedisResultCacheParts['settings'];
  readonly #looked: Record<'hit' | 'miss' | 'error', (by?: number) => void>;
  readonly #wrote: Record<'ok' | 'dropped' | 'error', (by?: number) => void>;
  #writing = 0;

  constructor({ connection, settings, telemetry }: RedisResultCacheParts) {
    super();
    this.#connection = connection;
    this.#settings = settings;
    this.#near = new MemoryResultCache({ maxBytes: settings.cacheBytes }, telemetry);
    const looked = (outcome: string) => telemetry.counter(CACHE_REQUESTS, { cache: 'redis', outcome });
    const wrote = (outcome: string) => telemetry.counter(CACHE_WRITES, { cache: 'redis', outcome });
    this.#looked = { hit: looked('hit'), miss: looked('miss'), error: looked('error') };
    this.#wrote = { ok: wrote('ok'), dropped: wrote('dropped'), error: wrote('error') };
  }

  override find(keys: readonly string[], costMs?: number): Found | Promise<Found> {
    const near = this.#near.find(keys);
    if (!near.includes(undefined) || !this.#isWorthIt(costMs)) return near;
    return this.#findFar(keys, near);
  }

  /** Returns when this process has them; Redis gets them by the way. */
  override store(keys: readonly string[], vectors: readonly Float32Array[], costMs?: number): void {
    this.#near.store(keys, vectors);
    if (this.#isWorthIt(costMs)) void this.#share(keys, vectors);
  }

  override shrink(): void {
    this.#near.shrink();
  }

  #isWorthIt(costMs = Infinity): boolean {
    return this.#connection.isUp && costMs >= this.#settings.cacheFromMs;
  }

  async #findFar(keys: readonly string[], near: Found): Promise<Found> {
    const found = [...near];
    const missing = keys.flatMap((key, index) => (near[index] ? [] : [{ index, key, name: this.#nameOf(key) }]));
    const values = await this.#read(missing.map(({ name }) => name));
    if (!values) return near;
    for (const [position, { index, key, name }] of missing.entries()) {
      const value = values[position];
      const vector = value ? decodeVector(value, name) : undefined;
      this.#looked[vector ? 'hit' : 'miss']();
      if (vector) this.#near.store([key], [vector]);
      found[index] = vector;
    }
    return found;
  }

  /** Undefined when Redis cannot say. */
  async #read(names: readonly string[]): Promise<readonly (Buffer | null)[] | undefined> {
    try {
      return await this.#connection.run((client) => readAll(client, names));
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error;
      this.#looked.error(names.length);
      return undefined;
    }
  }

  async #share(keys: readonly string[], vectors: readonly Float32Array[]): Promise<void> {
    const fitting = keys.flatMap((key, index) => (vectors[index]!.byteLength <= this.#settings.maxVectorBytes ? [{ key, vector: vectors[index]! }] : []));
    const entries = fitting.slice(0, MAX_WRITES - this.#writing);
    this.#wrote.dropped(keys.length - entries.length);
    if (entries.length === 0) return;
    this.#writing += entries.length;
    try {
      await this.#connection.run((client) => Promise.all(entries.map(({ key, vector }) => this.#write(client, this.#nameOf(key), vector))));
      this.#wrote.ok(entries.length);
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error;
      this.#wrote.error(entries.length);
    } finally {
      this.#writing -= entries.length;
    }
  }

  #write(client: RedisClient, name: string, vector: Float32Array): Promise<unknown> {
    return client.set(name, encodeVector(vector, name), 'PX', this.#settings.cacheTtlMs);
  }

  /** Two bytes a unit: every string its own bytes. */
  #nameOf(key: string): string {
    return `${this.#settings.keyPrefix}:vector:${createHash('sha256').update(key, 'utf16le').digest('base64url')}`;
  }
}

/** In a cluster the keys of one request lie on several nodes. */
function readAll(client: RedisClient, names: readonly string[]): Promise<readonly (Buffer | null)[]> {
  if (client.isCluster) return Promise.all(names.map((name) => client.getBuffer(name)));
  return client.mgetBuffer(...names);
}
