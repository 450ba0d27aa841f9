import { CortexProcess } from '@cortex/service-process';
import { Client } from './client';
import { ModelFolder, rowsOf20, tiny } from './models';

const MODEL = 'cortex-embed-en';

/** What the specs read of an explanation. */
interface Explained {
  readonly model: { readonly name: string; readonly version: string; readonly variant?: string };
  readonly cache?: { readonly rows: number; readonly hits: number };
  readonly admission?: { readonly outcome: string };
  readonly session: { readonly state: string };
}

interface Trace {
  readonly tenant: string;
  readonly status: number;
  readonly timings: { readonly model: string; readonly cache?: string; readonly runMs?: number; readonly batch?: { readonly rows: number } };
}

const text = (words: string) => ({ inputs: [{ name: 'text', shape: [1], datatype: 'BYTES', data: [words] }] });
const KINDS: readonly (readonly [string, string, object])[] = [
  ['an OpenAI request', '/v1/embeddings', { model: MODEL, input: ['first text', 'second text'] }],
  ['texts by the Open Inference Protocol', `/v2/models/${MODEL}/infer`, text('a text in a tensor')],
  ['a TEI request', '/embed', { inputs: 'a text for TEI' }],
  ['a rerank request', '/v1/rerank', { query: 'fast animals', documents: ['the market fell', 'a quick fox'] }],
];

describe('Insight', () => {
  let folder: ModelFolder;
  let server: CortexProcess;
  let admin: Client;
  let acme: Client;
  let other: Client;
  beforeAll(async () => {
    folder = await ModelFolder.with({ 'tiny/1': tiny(), 'cold/1': tiny() });
    server = await CortexProcess.start({ MODEL_DIR: folder.path, CPU_LIMIT: '1' });
    admin = await Client.of(server);
    [acme, other] = [await admin.tenant('acme-and-sons'), await admin.tenant('other')];
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const explain = async (path: string, body: object) => {
    const { status, body: explained } = await acme.post('/v1/explain', { path, body });
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(explained)}`);
    return explained as unknown as Explained;
  };
  /** Makes the request, and reads what is remembered of it. */
  const made = async (path: string, body: object, id: string) => {
    const { status } = await acme.post(path, body, { 'x-request-id': id });
    return { status, trace: await acme.get<Trace>(`/v1/requests/${id}`) };
  };
  const labelOf = ({ model: { name, version, variant } }: Explained) => `${name}@${version}+${variant}`;

  describe.each(KINDS)('explains %s', (kind, path, body) => {
    it.each(['new', 'seen before'])('as it is answered then, %s', async (when) => {
      const explained = await explain(path, body);
      const { status, trace } = await made(path, body, `${kind}, ${when}`.replaceAll(/[ ,]+/g, '-'));
      const isHit = explained.cache?.hits === explained.cache?.rows;
      expect({ status, model: trace.timings.model, cache: trace.timings.cache }).toEqual({ status: 200, model: labelOf(explained), cache: isHit ? 'hit' : 'miss' });
      expect(isHit).toBe(when === 'seen before');
      expect(explained.admission?.outcome).toBe(isHit ? undefined : 'admitted');
    });
  });

  it('explains tensors as they are answered then', async () => {
    const path = '/v2/models/tiny/infer';
    const body = JSON.parse(rowsOf20(3)) as object;
    await acme.post(path, body);
    const explained = await explain(path, body);
    const { status, trace } = await made(path, body, 'tensors');
    expect(explained).toMatchObject({ session: { state: 'loaded' }, admission: { outcome: 'admitted' } });
    expect([status, trace.timings.model]).toEqual([200, labelOf(explained)]);
  });

  it('loads nothing to explain it', async () => {
    expect(await explain('/v2/models/cold/infer', JSON.parse(rowsOf20(1)) as object)).toMatchObject({ model: { name: 'cold', version: '1' }, session: { state: 'not loaded' } });
    expect(await admin.model('cold')).toMatchObject({ state: 'available', loaded: [] });
    const { loading } = await admin.get<{ readonly loading: readonly { readonly name: string }[] }>('/v1/registry/models');
    expect(loading.map(({ name }) => name)).not.toContain('cold');
  });

  it('shows the timings of a request to its own tenant, and to nobody else that there was one', async () => {
    const { trace } = await made('/v1/embeddings', { model: MODEL, input: 'whose request is this' }, 'whose');
    expect(trace).toMatchObject({ tenant: 'acme-and-sons', status: 200, timings: { cache: 'miss', runMs: expect.any(Number), batch: { rows: 1 } } });
    expect((await other.call('GET', '/v1/requests/whose')).status).toBe(404);
    expect((await admin.call('GET', '/v1/requests/whose')).status).toBe(200);
  });

  it("names no other tenant in the governor's decisions, except to an admin", async () => {
    const body = JSON.parse(rowsOf20(1)) as object;
    const limited = await admin.tenant('acme-and-sons', { quotas: [{ resource: 'requests', limit: 1, windowMs: 86_400_000 }] });
    for (let count = 0; count < 2; count += 1) await limited.post('/v2/models/tiny/infer', body);
    const tenantsSeenBy = async (client: Client) => new Set((await client.governor()).decisions.flatMap(({ tenant }) => tenant ?? []));
    expect(await tenantsSeenBy(other)).toEqual(new Set());
    expect(await tenantsSeenBy(acme)).toEqual(new Set(['acme-and-sons']));
    expect(await tenantsSeenBy(admin)).toEqual(new Set(['acme-and-sons']));
    expect(JSON.stringify(await other.governor())).not.toContain('acme');
  });
});
