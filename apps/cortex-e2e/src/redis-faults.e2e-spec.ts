import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { FaultProxy, describeWith } from '@cortex/kernel/testing';
import { CortexProcess, encoderFolder, sharedModels } from '@cortex/service-process';
import { Client, until } from './client';

/** Above what any request should wait, far below what waiting for a slow Redis would take. */
const PATIENCE_MS = 2_000;
const FAULT_MS = 3_000;

interface Health {
  readonly status: string;
  readonly details: { readonly redis: { readonly state: string; readonly since: string; readonly lastError?: { readonly code: string } } };
}

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
    const encoder = { MODEL_DIR: sharedModels };
    await using one = await start(encoder);
    await using other = await start(encoder);
    const text = aText();
    const model = 'all-MiniLM-L6-v2';
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
  });

  it.each<[string, (proxy: FaultProxy) => Disposable, RegExp]>([
    ['cut off', (proxy) => (proxy.cut(), { [Symbol.dispose]: () => proxy.mend() }), /^REDIS\.(CLOSED|ECONNRESET|ECONNREFUSED|EPIPE)$/],
    ['slow by 5 s', (proxy) => (proxy.slow(5_000), { [Symbol.dispose]: () => proxy.mend() }), /^REDIS\.TIMEOUT$/],
    ['flapping', (proxy) => flapping(proxy), /^REDIS\.(CLOSED|ECONNRESET|EPIPE)$/],
  ])('goes on while Redis is %s, says so, and is well again by itself', async (_fault, make, code) => {
    await using setup = await start();
    const { proxy, client, server, admin } = setup;
    const since = (await setup.redis()).since;
    const fault = make(proxy);
    const waits: number[] = [];
    for (const endAt = performance.now() + FAULT_MS; performance.now() < endAt; ) {
      const startedAt = performance.now();
      expect((await embed(client, aText())).status).toBe(200);
      waits.push(performance.now() - startedAt);
    }
    const down = await until('Redis is said to be away', async () => {
      const redis = await setup.redis();
      return redis.lastError && redis;
    });
    expect(down.lastError!.code).toMatch(code);
    expect(down.since > since).toBe(true);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
    expect(Math.max(...waits)).toBeLessThan(PATIENCE_MS);
    expect(await metric(server, 'cortex_ledger_reservations_total{ledger="own"}')).toBeGreaterThan(0);

    fault[Symbol.dispose]();
    await until('Redis is up again', async () => (await setup.redis()).state === 'up');
    const sharedBefore = await metric(server, 'cortex_ledger_reservations_total{ledger="shared"}');
    expect((await embed(client, aText())).status).toBe(200);
    expect(await metric(server, 'cortex_ledger_reservations_total{ledger="shared"}')).toBeGreaterThan(sharedBefore);
    expect(server.output).toContain('Redis is away');
    expect(server.output).toContain('Redis is back');
    const shown = [server.output, JSON.stringify(await admin.get('/health')), await (await fetch(`${server.url}/metrics`, { headers: await server.headers() })).text()].join('\n');
    expect(shown).not.toContain(new URL(url).password);
    expect(shown).not.toContain(String(proxy.port));
  });

  it('starts without it, degraded, and takes it up when it comes', async () => {
    const proxy = await FaultProxy.to(Number(new URL(url).port));
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
    await proxy[Symbol.asyncDispose]();
  });
});

/** Connections stand for a moment each. */
function flapping(proxy: FaultProxy): Disposable {
  const timer = setInterval(() => proxy.reset(), 150);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
