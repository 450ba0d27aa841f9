import { randomBytes } from 'node:crypto';
import { FaultProxy, testServices, type TestServices } from '@cortex/kernel/testing';
import { Redis } from 'ioredis';
import { Client as S3Client } from 'minio';
import { Client as PostgresClient } from 'pg';

/** Redis databases that specs may use; the first one free of keys is taken. */
const REDIS_DATABASES = Array.from({ length: 15 }, (_, index) => index + 1);

export const hasSharedServices = (): boolean => {
  const { postgres, redis, s3 } = testServices();
  return postgres !== undefined && redis !== undefined && s3 !== undefined;
};

/** A database, a Redis database and a bucket of one spec's own on the real services, each behind a proxy that makes faults. */
export class SharedServices implements AsyncDisposable {
  private constructor(
    private readonly real: Required<TestServices>,
    readonly name: string,
    private readonly redisDatabase: number,
    readonly postgres: FaultProxy,
    readonly redis: FaultProxy,
    readonly objects: FaultProxy,
  ) {}

  static async make(): Promise<SharedServices> {
    const real = testServices() as Required<TestServices>;
    const name = `e2e${randomBytes(6).toString('hex')}`;
    await administer(real, `create database ${name}`);
    const proxies = await Promise.all([real.postgres.url, real.redis.url, real.s3.endpoint].map((url) => FaultProxy.to(Number(new URL(url).port))));
    return new SharedServices(real, name, await freeRedisDatabase(real.redis.url), ...(proxies as [FaultProxy, FaultProxy, FaultProxy]));
  }

  /** What a replica is started with; `direct` names the services that it reaches without a proxy. */
  get environment(): Record<string, string> {
    const { s3 } = this.real;
    return {
      POSTGRES_URL: through(this.postgres, this.real.postgres.url, `/${this.name}`),
      REDIS_URL: through(this.redis, this.real.redis.url, `/${this.redisDatabase}`),
      MINIO_ENDPOINT: through(this.objects, s3.endpoint, ''),
      MINIO_BUCKET: this.name,
      MINIO_ACCESS_KEY: s3.accessKey,
      MINIO_SECRET_KEY: s3.secretKey,
    };
  }

  /** Passwords and keys in it: they must appear nowhere. */
  get secrets(): readonly string[] {
    const { postgres, redis, s3 } = this.real;
    return [new URL(postgres.url).password, new URL(redis.url).password, s3.secretKey].filter((secret) => secret !== '').map(decodeURIComponent);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.postgres, this.redis, this.objects].map((proxy) => proxy[Symbol.asyncDispose]()));
    await administer(this.real, `drop database if exists ${this.name} with (force)`);
    await emptyRedis(this.real.redis.url, this.redisDatabase);
    await removeBucket(this.real.s3, this.name);
  }
}

function through(proxy: FaultProxy, real: string, path: string): string {
  const url = new URL(real);
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  if (path !== '') url.pathname = path;
  return url.href.replace(/\/$/, '');
}

async function administer({ postgres }: Required<TestServices>, statement: string): Promise<void> {
  const client = new PostgresClient({ connectionString: postgres.url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

async function freeRedisDatabase(url: string): Promise<number> {
  const redis = new Redis(url);
  for (const database of REDIS_DATABASES) {
    await redis.select(database);
    if ((await redis.dbsize()) > 0) continue;
    await redis.quit();
    return database;
  }
  throw new Error('every Redis database of the test services is in use');
}

async function emptyRedis(url: string, database: number): Promise<void> {
  const redis = new Redis(url);
  await redis.select(database);
  await redis.flushdb();
  await redis.quit();
}

async function removeBucket({ endpoint, accessKey, secretKey }: Required<TestServices>['s3'], bucket: string): Promise<void> {
  const { hostname, port } = new URL(endpoint);
  const client = new S3Client({ endPoint: hostname, port: Number(port), useSSL: false, accessKey, secretKey });
  if (!(await client.bucketExists(bucket))) return;
  for await (const { name } of client.listObjectsV2(bucket, '', true) as AsyncIterable<{ name: string }>) await client.removeObject(bucket, name);
  await client.removeBucket(bucket);
}
