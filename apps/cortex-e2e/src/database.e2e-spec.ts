import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { FaultProxy, describeWith } from '@cortex/kernel/testing';
import { ScratchDatabase } from '@cortex/postgres/testing';
import { CortexProcess } from '@cortex/service-process';
import { Client, until } from './client';

const EMBED = '/v1/registry/models/cortex-embed-small';
const FAULT_MS = 3_000;
/** Far above what a request takes, and below the database's time-outs. */
const PATIENCE_MS = 2_000;

interface Health {
  readonly status: string;
  readonly details: { readonly postgres: { readonly kind: string; readonly state: string; readonly since: string; readonly lastError?: { readonly code: string; readonly at: string } } };
}

const postgresOf = async (client: Client) => (await client.get<Health>('/health')).details.postgres;
const embed = (client: Client) => client.post('/v1/embeddings', { model: 'cortex-embed-small', input: `${randomUUID()} goes on` });
const wish = (name: string) => ({ name, tenant: 'e2e', scopes: ['infer'] });

/** Asks for so long, one request after another; each must be answered, soon. */
async function embeddingFor(client: Client, ms: number): Promise<void> {
  for (const endAt = performance.now() + ms; performance.now() < endAt; ) {
    const startedAt = performance.now();
    expect((await embed(client)).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(PATIENCE_MS);
  }
}

/** The process of a server's embedded database. */
async function databaseProcessOf({ child }: CortexProcess): Promise<number> {
  const pids = (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')).trim().split(' ').map(Number);
  for (const pid of pids) if ((await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes('postgres/dist/child.js')) return pid;
  throw new Error('there is no such process');
}

describe('Cortex on its embedded database', () => {
  it('goes on while its process is killed, says so, takes it up again, and has kept all keys', async () => {
    await using server = await CortexProcess.start();
    const admin = await Client.of(server);
    const client = await admin.tenant('e2e');
    expect(await postgresOf(admin)).toMatchObject({ kind: 'dependency', state: 'up' });
    for (let time = 0; time < 2; time += 1) {
      const pid = await databaseProcessOf(server);
      const killedAt = Date.now();
      process.kill(pid, 'SIGKILL');
      // The process is lost, then connections are refused: whichever was said last.
      await until('the database is said to be away', async () => Date.parse((await postgresOf(admin)).lastError?.at ?? '') >= killedAt);
      expect((await postgresOf(admin)).lastError?.code).toMatch(/^POSTGRES\./);
      expect((await embed(client)).status).toBe(200);
      await until('the database is up again', async () => (await postgresOf(admin)).state === 'up');
      expect(await databaseProcessOf(server)).not.toBe(pid);
      expect((await admin.post('/v1/keys', wish(`after ${time}`))).status).toBe(200);
    }
    const { keys } = await admin.get<{ keys: { name: string }[] }>('/v1/keys');
    expect(keys.map(({ name }) => name)).toEqual(['e2e', 'after 0', 'after 1']);
  });

  it('refuses a home that another server has, and says which', async () => {
    await using server = await CortexProcess.start();
    await using second = await CortexProcess.spawn({ CORTEX_HOME: server.home });
    expect(await second.ended()).toBe(1);
    expect(second.output).toContain(`another process (${await databaseProcessOf(server)}) has the embedded database in ${server.home}/db`);
    expect((await embed(await Client.of(server))).status).toBe(200);
  });

  it('closes it last when a signal reaches both, as a terminal sends it to all', async () => {
    await using server = await CortexProcess.start();
    const admin = await Client.of(server);
    const pid = await databaseProcessOf(server);
    const making = Array.from({ length: 5 }, (_, i) => admin.post('/v1/keys', wish(`last ${i}`)));
    await Promise.race(making); // the others are under way
    for (const one of [pid, server.child.pid!]) process.kill(one, 'SIGINT');
    for (const { status } of await Promise.all(making)) expect(status).toBe(200);
    expect([await server.ended(), isGone(pid), server.output.includes('was lost')]).toEqual([0, true, false]);
  });

  it('leaves no process behind when it is killed', async () => {
    const server = await CortexProcess.start();
    const pid = await databaseProcessOf(server);
    await server.kill();
    await until('the process of the database has ended', async () => isGone(pid));
    await server[Symbol.asyncDispose]();
  });
});

describeWith('postgres', 'Cortex on a PostgreSQL server', ({ url: adminUrl }) => {
  let scratch: ScratchDatabase;
  let proxy: FaultProxy;

  beforeEach(async () => {
    scratch = await ScratchDatabase.make(adminUrl);
    proxy = await FaultProxy.to(scratch.port);
  });
  afterEach(async () => {
    await proxy[Symbol.asyncDispose]();
    await scratch[Symbol.asyncDispose]();
  });

  const start = () => CortexProcess.start({ POSTGRES_URL: scratch.urlBy({ port: proxy.port }), CORTEX_API_KEY: 'one-key-for-all-replicas', LOG_LEVEL: 'info' });
  const clientOf = (server: CortexProcess) => Client.of(server, 'one-key-for-all-replicas');

  it.each<[string, () => Disposable]>([
    ['cut off', () => (proxy.cut(), { [Symbol.dispose]: () => proxy.mend() })],
    ['slow by 5 s', () => (proxy.slow(5_000), { [Symbol.dispose]: () => proxy.mend() })],
    ['flapping', () => flapping(proxy)],
  ])('goes on while the server is %s, says so, and is well again by itself', async (_fault, make) => {
    await using server = await start();
    const admin = await clientOf(server);
    const client = await admin.tenant('e2e');
    expect((await embed(client)).status).toBe(200); // its key is known from now on, and the model is loaded
    const { since } = await postgresOf(admin);
    const fault = make();
    await embeddingFor(client, FAULT_MS);
    const down = await until('the database is said to be away', async () => {
      const postgres = await postgresOf(admin);
      return postgres.lastError && postgres;
    });
    expect([down.since > since, down.lastError!.code]).toEqual([true, expect.stringMatching(/^POSTGRES\.[A-Z_]+$/)]);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);

    fault[Symbol.dispose]();
    await until('the database is up again', async () => (await postgresOf(admin)).state === 'up');
    expect((await admin.post('/v1/keys', wish('after it'))).status).toBe(200);
    const metrics = await (await fetch(`${server.url}/metrics`, { headers: { authorization: 'Bearer one-key-for-all-replicas' } })).text();
    expect(metrics.includes('cortex_dependency_up{dependency="postgres"} 1')).toBe(true);
    const shown = metrics + JSON.stringify(await admin.get('/health'));
    const secret = decodeURIComponent(new URL(adminUrl).password);
    expect([shown.includes(scratch.name), `${shown}${server.output}`.includes(secret)]).toEqual([false, false]);
  });

  it('refuses what it could not keep, and says when to come back', async () => {
    await using server = await start();
    const admin = await clientOf(server);
    proxy.cut();
    for (const refused of [await admin.post('/v1/keys', wish('never')), await admin.call('PUT', `${EMBED}/aliases/stable`, { body: { version: '1' } })]) {
      expect(refused.status).toBe(503);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(JSON.stringify(refused.body)).not.toMatch(/127\.0\.0\.1|postgres:\/\//);
    }
    proxy.mend();
  });

  it('lets replicas follow each other within a second, with no request failing', async () => {
    await using one = await start();
    await using other = await start();
    const [first, second] = await Promise.all([clientOf(one), clientOf(other)]);
    expect((await first.call('PUT', `${EMBED}/aliases/stable`, { body: { version: '1' } })).status).toBe(200);
    await until('the alias is known', async () => (await second.post('/v1/embeddings', { model: 'cortex-embed-small@stable', input: 'x' })).status === 200, 1_000);

    const { body: key } = await first.post('/v1/keys', wish('shared'));
    const guest = await Client.of(other, key['key'] as string);
    await until('the key lets in', async () => (await embed(guest)).status === 200, 1_000);
    await first.call('DELETE', `/v1/keys/${key['id'] as string}`);
    await until('the key lets in no more', async () => (await embed(guest)).status === 401, 1_000);
  });
});

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

/** Connections stand for a moment each. */
function flapping(proxy: FaultProxy): Disposable {
  const timer = setInterval(() => proxy.reset(), 150);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
