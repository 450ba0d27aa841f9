import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CortexProcess } from '@cortex/service-process';
import OpenAI from 'openai';

const ADMIN_KEY = 'the-first-key-of-this-spec';
const MODEL = 'cortex-embed-small';

interface Issued {
  readonly id: string;
  readonly key: string;
}

describe('Keys', () => {
  let home: string;
  let server: CortexProcess;
  const start = () => CortexProcess.start({ CORTEX_HOME: home, CORTEX_API_KEY: ADMIN_KEY, LOG_LEVEL: 'trace' });
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'cortex-keys-'));
    server = await start();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  const ask = (method: string, path: string, { key = ADMIN_KEY, body }: { key?: string; body?: object } = {}) =>
    fetch(`${server.url}${path}`, { method, headers: { 'x-api-key': key, 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
  const create = async (wish: object = {}) => (await (await ask('POST', '/v1/keys', { body: { name: 'e2e', tenant: 'e2e', scopes: ['infer'], ...wish } })).json()) as Issued;
  const embed = (key: string) => new OpenAI({ baseURL: `${server.url}/v1`, apiKey: key, maxRetries: 0 }).embeddings.create({ model: MODEL, input: 'hello' }).withResponse();
  const statusWith = async (key: string) => (await ask('GET', '/v1/models', { key })).status;

  it('gives a key that infers through a known client, and may do nothing else', async () => {
    const { key } = await create();
    expect((await embed(key)).data.data[0]!.embedding).toHaveLength(256);
    for (const [method, path] of [['GET', '/v1/keys'], ['POST', '/v1/keys'], ['POST', `/v1/registry/models/${MODEL}/unload`], ['POST', `/v2/repository/models/${MODEL}/load`]] as const) {
      expect({ path, status: (await ask(method, path, { key })).status }).toEqual({ path, status: 403 });
    }
  });

  it('lets an old key work beside its successor, until the overlap ends', async () => {
    const { id, key: first } = await create();
    const { key: second } = (await (await ask('POST', `/v1/keys/${id}/rotate`, { body: { overlapMs: 1_500 } })).json()) as Issued;
    expect([await statusWith(first), await statusWith(second)]).toEqual([200, 200]);
    await new Promise((resolve) => setTimeout(resolve, 1_600));
    expect([await statusWith(first), await statusWith(second)]).toEqual([401, 200]);
  });

  it('refuses a revoked key at once, with the words for an unknown one', async () => {
    const { id, key } = await create();
    expect((await ask('DELETE', `/v1/keys/${id}`)).status).toBe(200);
    const [revoked, unknown] = await Promise.all([ask('GET', '/v1/models', { key }), ask('GET', '/v1/models', { key: 'never-a-key' })]);
    expect([revoked.status, unknown.status]).toEqual([401, 401]);
    expect(await revoked.text()).toBe(await unknown.text());
    expect(await (await ask('GET', '/metrics')).text()).toContain('cortex_access_refusals_total{reason="revoked"} 1');
  });

  it('lets a key expire', async () => {
    const { key } = await create({ expiresInMs: 1_000 });
    expect(await statusWith(key)).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await statusWith(key)).toBe(401);
  });

  it('keeps the result caches of tenants apart', async () => {
    const body = { model: MODEL, input: 'a text that two tenants send' };
    const cacheOf = async (key: string) => /cache;desc=(\w+)/.exec((await ask('POST', '/v1/embeddings', { key, body })).headers.get('server-timing')!)![1];
    const [one, same, other] = [await create({ tenant: 'one' }), await create({ tenant: 'one' }), await create({ tenant: 'other' })];
    expect([await cacheOf(one.key), await cacheOf(same.key), await cacheOf(other.key)]).toEqual(['miss', 'hit', 'miss']);
  });

  it('keeps keys, readable by the owner alone and without showing them, over a restart', async () => {
    const [kept, revoked] = [await create({ name: 'kept' }), await create({ name: 'revoked' })];
    await ask('DELETE', `/v1/keys/${revoked.id}`);
    const folder = join(home, 'db');
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const contents = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')));
    expect(contents.some((content) => content.includes(kept.id))).toBe(true);
    for (const secret of [kept.key.slice(8), revoked.key.slice(8), ADMIN_KEY]) for (const shown of [server.output, ...contents]) expect(shown.includes(secret)).toBe(false);

    await server[Symbol.asyncDispose]();
    server = await start();
    expect([await statusWith(kept.key), await statusWith(revoked.key)]).toEqual([200, 401]);
  });
});
