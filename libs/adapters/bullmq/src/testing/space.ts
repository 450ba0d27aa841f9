import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import type { BullmqOptions } from '../lib/bullmq.options';

/** A place of a spec's own in a real service. */
export interface Space extends AsyncDisposable {
  readonly port: number;
  /** Must not show up anywhere. */
  readonly secret: string;
  /** By way of a port; the service's own unless a proxy stands before it. */
  options(port?: number): BullmqOptions;
  /** How much it holds of a lane: keys, entries, rows. */
  held(lane: string): Promise<number>;
}

export class RedisSpace implements Space {
  readonly #prefix = `{spec-${randomUUID()}}`;
  readonly #redis: Redis;

  constructor(private readonly url: string) {
    this.#redis = new Redis(url);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  get secret(): string {
    return new URL(this.url).password;
  }

  options(port = this.port): BullmqOptions {
    return { redisUrl: through(this.url, port), prefix: this.#prefix };
  }

  async held(lane: string): Promise<number> {
    const keys = await this.#redis.keys(`${this.#prefix}:${lane}:*`);
    return keys.length + (await this.#redis.xlen(`${this.#prefix}:${lane}:events`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const keys = await this.#redis.keys(`${this.#prefix}*`);
    if (keys.length > 0) await this.#redis.del(keys);
    this.#redis.disconnect();
  }
}

export class PostgresSpace implements Space {
  readonly #schema = `spec_${randomUUID().replaceAll('-', '')}`;

  constructor(private readonly url: string) {}

  get port(): number {
    return Number(new URL(this.url).port);
  }

  get secret(): string {
    return new URL(this.url).password;
  }

  options(port = this.port): BullmqOptions {
    return { postgres: through(this.url, port), schema: this.#schema };
  }

  async held(lane: string): Promise<number> {
    const rows = (table: string) => `(SELECT count(*)::int FROM ${this.#schema}.${table} WHERE queue = $1)`;
    return this.#ask(`SELECT ${rows('job')} + ${rows('event')} AS held`, [lane]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ask(`DROP SCHEMA IF EXISTS ${this.#schema} CASCADE`);
  }

  async #ask(text: string, values: readonly string[] = []): Promise<number> {
    const client = new Client(this.url);
    await client.connect();
    const { rows } = await client.query<{ held: number }>(text, [...values]);
    await client.end();
    return rows[0]?.held ?? 0;
  }
}

function through(url: string, port: number): string {
  const by = new URL(url);
  by.port = `${port}`;
  return by.href;
}
