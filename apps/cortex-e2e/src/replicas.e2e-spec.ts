import { CortexProcess } from '@cortex/service-process';
import { Client, until } from './client';
import { ModelFolder, rowsOf20, tiny } from './models';
import { SharedServices, hasSharedServices } from './shared-services';

const KEY = 'an-admin-key-of-all-replicas';
const REPLICAS = 3;
const SEEN_WITHIN_MS = 1_000;

const ROWS = 15_000;

interface Job {
  readonly state: string;
  readonly attempts: number;
  readonly counts: { readonly total?: number; readonly done: number; readonly failed: number };
}

const suite = hasSharedServices() ? describe : describe.skip;

suite('Three replicas on shared services', () => {
  let services: SharedServices;
  let models: ModelFolder;
  let replicas: readonly CortexProcess[];
  let clients: readonly Client[];

  beforeAll(async () => {
    services = await SharedServices.make();
    models = await ModelFolder.with({ 'tiny/1': tiny(), 'tiny/2': tiny() });
    replicas = await Promise.all(Array.from({ length: REPLICAS }, () => CortexProcess.start({ ...services.environment, MODEL_DIR: models.path, CORTEX_API_KEY: KEY, CPU_LIMIT: '1' })));
    clients = await Promise.all(replicas.map((replica) => Client.of(replica, KEY)));
  });
  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica[Symbol.asyncDispose]()));
    await services[Symbol.asyncDispose]();
    await models[Symbol.asyncDispose]();
  });

  const version = async (client: Client) => (await client.post('/v2/models/tiny@stable/infer', rowsOf20(1))).body['model_version'];
  const all = async (ask: (client: Client) => Promise<boolean>) => (await Promise.all(clients.map(ask))).every(Boolean);

  it('follow an alias that moved on one of them within a second, and fail no request meanwhile', async () => {
    await clients[0]!.call('PUT', '/v1/registry/models/tiny/aliases/stable', { body: { version: '1' } });
    await until('all answer by version 1', () => all(async (client) => (await version(client)) === '1'));

    let moving = true;
    const statuses = new Set<number>();
    const asking = clients.map(async (client) => {
      while (moving) statuses.add((await client.post('/v2/models/tiny@stable/infer', rowsOf20(1))).status);
    });
    for (const to of ['2', '1', '2']) {
      expect((await clients[1]!.call('PUT', '/v1/registry/models/tiny/aliases/stable', { body: { version: to } })).status).toBe(200);
      await until(`all answer by version ${to}`, () => all(async (client) => (await version(client)) === to), SEEN_WITHIN_MS);
    }
    moving = false;
    await Promise.all(asking);
    expect([...statuses]).toEqual([200]);
  });

  /** 1,000 requests over all replicas with a key for 10; undefined when one of them lost Redis meanwhile and counted on its own. */
  async function flood(): Promise<readonly number[] | undefined> {
    const startedAt = Date.now();
    const quotas = [{ resource: 'requests', limit: 10, windowMs: 86_400_000 }];
    const { body } = await clients[0]!.post('/v1/keys', { name: 'ten', tenant: `ten-${startedAt}`, scopes: ['infer'], quotas });
    const callers = await Promise.all(replicas.map((replica) => Client.of(replica, body['key'] as string)));
    await until('all know the key', async () => (await Promise.all(callers.map((caller) => caller.call('GET', '/v1/models')))).every(({ status }) => status === 200), SEEN_WITHIN_MS);

    const statuses: number[] = [];
    const ask = async (lane: number): Promise<void> => {
      for (let index = 0; index < 50; index += 1) statuses.push((await callers[lane % REPLICAS]!.post('/v2/models/tiny/infer', rowsOf20(1, lane * 50 + index + 1))).status);
    };
    await Promise.all(Array.from({ length: 20 }, (_, lane) => ask(lane)));
    const health = await Promise.all(clients.map((client) => client.get<{ details: { redis: { lastError?: { at: string } } } }>('/health')));
    return health.some(({ details }) => Date.parse(details.redis.lastError?.at ?? '') >= startedAt) ? undefined : statuses;
  }

  it('let a budget for 10 be spent 10 times by 1,000 requests', async () => {
    let statuses: readonly number[] | undefined;
    for (let round = 0; statuses === undefined && round < 4; round += 1) statuses = await flood();
    expect(statuses).toHaveLength(1_000);
    expect(statuses!.filter((status) => status === 200)).toHaveLength(10);
    expect(statuses!.filter((status) => status === 429)).toHaveLength(990);
  });

  it('refuse a key within a second after one of them revoked it', async () => {
    const { body } = await clients[2]!.post('/v1/keys', { name: 'short', tenant: 'short', scopes: ['infer'] });
    const callers = await Promise.all(replicas.map((replica) => Client.of(replica, body['key'] as string)));
    const status = (expected: number) => async () => (await Promise.all(callers.map((caller) => caller.call('GET', '/v1/models')))).every((answer) => answer.status === expected);
    await until('all know the key', status(200), SEEN_WITHIN_MS);
    await clients[0]!.call('DELETE', `/v1/keys/${body['id'] as string}`);
    await until('all refuse it', status(401), SEEN_WITHIN_MS);
  });

  it('share jobs, and take over the one whose replica is killed, to the same output', async () => {
    const input = Array.from({ length: ROWS }, (_, index) => JSON.stringify({ id: index, text: `${index} ${'boundary layer of a wing in supersonic flow '.repeat(1 + (index % 8))}` })).join('\n');
    const jobs = await Promise.all(clients.map((client) => client.post('/v1/jobs?model=cortex-embed-small', input, { 'content-type': 'application/x-ndjson' })));
    const ids = jobs.map(({ body }) => body['id'] as string);
    const seen = (client: Client) => Promise.all(ids.map((id) => client.get<Job>(`/v1/jobs/${id}`)));
    await until('all are under way', async () => (await seen(clients[0]!)).every(({ counts }) => counts.done > 0));

    const killed = replicas[REPLICAS - 1]!;
    await killed.kill();
    const ended = await until('all have ended', async () => {
      const now = await seen(clients[0]!);
      return now.every(({ state }) => state === 'succeeded') && now;
    }, 90_000);
    expect(ended.map(({ counts }) => counts)).toEqual(ids.map(() => ({ total: ROWS, done: ROWS, failed: 0 })));
    expect(ended.reduce((sum, { attempts }) => sum + attempts, 0)).toBeGreaterThan(ids.length);
    const outputs = await Promise.all(ids.map(async (id) => (await fetch(`${replicas[1]!.url}/v1/jobs/${id}/output`, { headers: { authorization: `Bearer ${KEY}` } })).text()));
    expect(outputs[0]!.split('\n').filter(Boolean).map((line) => (JSON.parse(line) as { id: number }).id)).toEqual(Array.from({ length: ROWS }, (_, index) => index));
    for (const output of outputs) expect(output === outputs[0]).toBe(true);
  });

  it('say nowhere what their passwords are', async () => {
    const texts = await Promise.all(['/health', '/metrics', '/v1/governor'].map(async (path) => (await fetch(`${replicas[0]!.url}${path}`, { headers: { authorization: `Bearer ${KEY}` } })).text()));
    const said = [...texts, ...replicas.map(({ output }) => output)].join('\n');
    for (const secret of [...services.secrets, KEY]) expect(said).not.toContain(secret);
  });
});
