import type { FaultProxy } from '@cortex/kernel/testing';
import { CortexProcess } from '@cortex/service-process';
import { Client, until } from './client';
import { SharedServices, hasSharedServices } from './shared-services';

const KEY = 'an-admin-key-of-this-server';
const SLOW_MS = 5_000;

interface Part {
  readonly status?: string;
  readonly state?: string;
  readonly since?: string;
  readonly lastError?: { readonly code: string };
}

const suite = hasSharedServices() ? describe : describe.skip;

suite('A server whose services fail while it serves', () => {
  let services: SharedServices;
  let server: CortexProcess;
  let client: Client;

  beforeAll(async () => {
    services = await SharedServices.make();
    server = await CortexProcess.start({ ...services.environment, CORTEX_API_KEY: KEY });
    client = await Client.of(server, KEY);
    await embedFor(1); // the model is loaded
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await services[Symbol.asyncDispose]();
  });

  const part = async (name: string): Promise<Part | undefined> => ((await client.get<{ details: Record<string, Part> }>('/health')).details ?? {})[name];
  const isUp = (name: string) => async () => (await part(name))?.state === 'up';
  const isDown = (name: string) => async () => (await part(name))?.state === 'down';

  let texts = 0;
  /** Embeds texts that nobody has seen for so long; the answers' statuses and the slowest one's milliseconds. */
  async function embedFor(ms: number): Promise<{ statuses: number[]; slowestMs: number }> {
    const statuses: number[] = [];
    let slowestMs = 0;
    for (const endAt = performance.now() + ms; performance.now() < endAt; ) {
      const startedAt = performance.now();
      statuses.push((await client.post('/v1/embeddings', { model: 'cortex-embed-small', input: `text ${(texts += 1)}` })).status);
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return { statuses, slowestMs };
  }

  const cases: readonly [string, (all: SharedServices) => FaultProxy][] = [
    ['redis', (all) => all.redis],
    ['postgres', (all) => all.postgres],
    ['object-store', (all) => all.objects],
  ];

  describe.each(cases)('%s', (name, proxyOf) => {
    afterEach(async () => {
      proxyOf(services).mend();
      await until(`${name} is up again`, isUp(name));
    });

    it.each([
      ['is cut', (proxy: FaultProxy) => proxy.cut()],
      ['is slow by five seconds', (proxy: FaultProxy) => proxy.slow(SLOW_MS)],
    ])('embeds on while it %s, says so, and recovers by itself', async (_case, break_) => {
      await until(`${name} is up`, isUp(name));
      break_(proxyOf(services));
      const { statuses, slowestMs } = await embedFor(3_000);
      expect(new Set(statuses)).toEqual(new Set([200]));
      expect(slowestMs).toBeLessThan(1_500);
      await until(`${name} is down`, isDown(name));
      const down = (await part(name))!;
      expect(Date.parse(down.since!)).toBeLessThanOrEqual(Date.now());
      expect(down.lastError?.code).toMatch(/^[A-Z_.]+$/);
      expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
    });

    it('embeds on while its connections are reset again and again', async () => {
      const flapping = setInterval(() => proxyOf(services).reset(), 150);
      const { statuses } = await embedFor(2_000);
      clearInterval(flapping);
      expect(new Set(statuses)).toEqual(new Set([200]));
    });
  });

  it('says nothing of hosts and passwords while they fail', async () => {
    services.redis.cut();
    services.postgres.cut();
    services.objects.cut();
    await until('all are down', async () => (await isDown('redis')()) && (await isDown('postgres')()) && (await isDown('object-store')()));
    const refused = await client.post('/v1/keys', { name: 'no', tenant: 'no', scopes: ['infer'] });
    const health = JSON.stringify(await client.get('/health'));
    expect(refused.status).toBe(503);
    const said = [health, JSON.stringify(refused.body), server.output].join('\n');
    for (const secret of services.secrets) expect(said).not.toContain(secret);
    for (const { port } of [services.redis, services.postgres, services.objects]) expect([health, JSON.stringify(refused.body)].join('\n')).not.toContain(`:${port}`);
    for (const proxy of [services.redis, services.postgres, services.objects]) proxy.mend();
    await until('all are up', async () => (await isUp('redis')()) && (await isUp('postgres')()) && (await isUp('object-store')()));
  });
});
