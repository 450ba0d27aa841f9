import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultProxy, describeWith } from '@cortex/kernel/testing';
import { CortexProcess, encoderFolder } from '@cortex/service-process';
import { Client, until } from './client';

interface Health {
  readonly status: string;
  readonly details: { readonly redis: { readonly state: string; readonly since: string } };
}

/** With one variant nothing has to be measured against another. */
const FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'modules.json', '1_Pooling/config.json', 'onnx/model_int8.onnx'];

/** Never seen before. */
const aText = () => `${randomUUID()} is what goes on when a part is away`;
/** The bundled model computes a text faster than it could be fetched. */
const itWithEncoder = existsSync(encoderFolder) ? it : it.skip;

describeWith('redis', 'Cortex on Redis', ({ url }) => {
  const keyPrefix = `cortex-e2e-${randomUUID()}`;

  async function start(environment: Record<string, string> = {}) {
    const proxy = await FaultProxy.to(Number(new URL(url).port));
    const through = new URL(url);
    through.port = String(proxy.port);
    const server = await CortexProcess.start({ REDIS_URL: through.href, REDIS_KEY_PREFIX: keyPrefix, LOG_LEVEL: 'info', ...environment });
    const admin = await Client.of(server);
    const client = await admin.tenant('e2e', { quotas: [{ resource: 'requests', limit: 1_000_000, windowMs: 3_600_000 }] });
    const redis = async () => (await admin.get<Health>('/health')).details.redis;
    await until('Redis is up', async () => (await redis()).state === 'up');
    const dispose = async () => {
      await server[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
    };
    return { proxy, server, admin, client, redis, [Symbol.asyncDispose]: dispose };
  }

  const embed = (client: Client, input: string, model = 'cortex-embed-small') => client.post('/v1/embeddings', { model, input });

  const metric = async (server: CortexProcess, series: string) => {
    const metrics = await (await fetch(`${server.url}/metrics`, { headers: await server.headers() })).text();
    return Number(metrics.split('\n').find((line) => line.startsWith(series))?.split(' ')[1] ?? 0);
  };

  itWithEncoder('gives a vector that one replica computed to another, bit for bit, and computes while Redis is away', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cortex-models-'));
    for (const file of FILES) await cp(join(encoderFolder, file), join(folder, 'models/encoder', file));
    const environment = { MODEL_DIR: join(folder, 'models'), CACHE_DIR: join(folder, 'cache') };
    await using one = await start(environment);
    await using other = await start(environment);
    const text = aText();
    const model = 'encoder';
    const computed = await embed(one.client, text, model);
    await until('the vector is in Redis', async () => (await metric(one.server, 'cortex_cache_writes_total{cache="redis",outcome="ok"}')) > 0);
    const fetched = await embed(other.client, text, model);
    expect(fetched.headers.get('server-timing')).toContain('cache;desc=hit');
    expect(fetched.body['data']).toEqual(computed.body['data']);
    expect(await metric(other.server, 'cortex_cache_requests_total{cache="redis",outcome="hit"}')).toBe(1);

    other.proxy.slow(5_000);
    for (let time = 0; time < 10; time += 1) expect((await embed(other.client, aText(), model)).status).toBe(200);
    other.proxy.cut();
    for (let time = 0; time < 10; time += 1) expect((await embed(other.client, aText(), model)).status).toBe(200);
    expect((await embed(other.client, text, model)).headers.get('server-timing')).toContain('cache;desc=hit');
    await rm(folder, { recursive: true });
  });

  it('counts quotas on its own while Redis is away, and with the others again when it is back', async () => {
    await using setup = await start();
    const { proxy, server, admin, redis } = setup;
    const client = await admin.tenant('thrifty', { quotas: [{ resource: 'requests', limit: 3, windowMs: 86_400_000 }] });
    const statuses = async (times: number) => (await Promise.all(Array.from({ length: times }, () => embed(client, aText())))).map(({ status }) => status).sort();
    expect(await statuses(2)).toEqual([200, 200]);
    const { since } = await redis();

    proxy.cut();
    const away = await until('Redis is said to be away', async () => ((state) => state.state === 'down' && state)(await redis()));
    expect(away.since > since).toBe(true);
    expect(await statuses(4)).toEqual([200, 200, 200, 429]);
    expect(await metric(server, 'cortex_ledger_reservations_total{ledger="own"}')).toBe(3);

    proxy.mend();
    await until('Redis is up again', async () => (await redis()).state === 'up');
    expect(await statuses(2)).toEqual([200, 429]);
    expect(server.output).toContain('Redis is away');
    expect(server.output).toContain('Redis is back');
  });

  it('starts without it, degraded, and takes it up when it comes', async () => {
    await using proxy = await FaultProxy.to(Number(new URL(url).port));
    proxy.cut();
    const through = new URL(url);
    through.port = String(proxy.port);
    await using server = await CortexProcess.start({ REDIS_URL: through.href, REDIS_KEY_PREFIX: keyPrefix });
    const client = await Client.of(server);
    expect((await embed(client, aText())).status).toBe(200);
    expect(await client.get<Health>('/health')).toMatchObject({ status: 'degraded', details: { redis: { state: 'down' } } });
    expect(server.output.match(/Redis is away/g)).toHaveLength(1);
    proxy.mend();
    await until('Redis is up', async () => (await client.get<Health>('/health')).details.redis.state === 'up');
  });
});
