import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CortexProcess } from '@cortex/service-process';
import { Client, until, type Answer, type Governor } from './client';
import { broken, ModelFolder, table, tableRow } from './models';

/** A file of 16 MB takes about 32 when it is loaded: two of five fit. */
const BUDGET = '75MB';
const ROWS = 500_000;
const FIVE = ['a', 'b', 'c', 'd', 'e'];
const load = (client: Client, model: string, policy?: object) => client.post(`/v1/registry/models/${model}/load`, policy);

describe('The life of a model', () => {
  let folder: ModelFolder;
  let server: CortexProcess;
  let client: Client;
  beforeAll(async () => {
    folder = await ModelFolder.with({
      ...Object.fromEntries(FIVE.map((name, seed) => [name, table(seed, ROWS)])),
      late: table(7, ROWS), huge: table(9, 5 * ROWS), broken: broken(), changing: table(10, 1_000), idle: table(11, 1_000),
    });
    server = await CortexProcess.start({ MODEL_DIR: folder.path, MODEL_CACHE_SIZE: BUDGET, CPU_LIMIT: '1' });
    client = await Client.of(server);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const look = (model: string, id: number, requestId = '') =>
    client.post(`/v2/models/${model}/infer`, { inputs: [{ name: 'id', shape: [1], datatype: 'INT64', data: [id] }] }, requestId ? { 'x-request-id': requestId } : {});
  const rowOf = ({ body }: Answer) => (body['outputs'] as { data: number[] }[])[0]!.data.map(Math.fround);
  const codeOf = async (requestId: string) => (await client.get(`/v1/requests/${requestId}`))['code'];

  /** Looks at the governor for as long as the work takes. */
  async function watched(work: Promise<unknown>): Promise<Governor[]> {
    let working = true;
    const samples: Governor[] = [];
    const watching = (async () => {
      while (working) samples.push(await client.governor());
    })();
    await work.finally(() => (working = false));
    await watching;
    return samples;
  }

  /** Eight clients ask each of the five in turn; every answer must be its own model's row. */
  async function mixed(models: readonly string[], rounds: number): Promise<void> {
    await Promise.all(Array.from({ length: 8 }, async (_, by) => {
      for (let round = 0; round < rounds; round += 1) {
        const seed = (by + round) % models.length;
        const answer = await look(models[seed]!, (by * 997 + round) % ROWS);
        if (answer.status !== 200) throw new Error(`${models[seed]}: ${answer.status} ${JSON.stringify(answer.body)}`);
        expect(rowOf(answer)).toEqual(tableRow(FIVE.indexOf(models[seed]!), ROWS, (by * 997 + round) % ROWS));
      }
    }));
  }

  it('answers mixed traffic over more models than fit, within the budget all the time, and says who left', async () => {
    const samples = await watched(mixed(FIVE, 10));
    for (const { residency } of samples) expect(residency.heldBytes).toBeLessThanOrEqual(residency.limitBytes);
    const evictions = (await client.governor()).decisions.filter(({ kind }) => kind === 'eviction');
    expect(evictions.length).toBeGreaterThanOrEqual(3);
    for (const eviction of evictions) expect(eviction).toMatchObject({ reason: 'room', subject: expect.any(String), figures: { bytes: expect.any(Number) } });
  });

  it('keeps what is pinned', async () => {
    expect(await load(client, 'a', { pinned: true })).toMatchObject({ status: 200, body: { state: 'loaded' } });
    const samples = await watched(mixed(['b', 'c', 'd', 'e'], 6));
    for (const { residency } of samples) expect(residency.residents).toContainEqual(expect.objectContaining({ key: expect.stringMatching(/^a@1\+/), pinned: true, ready: true }));
  });

  it('brings in a model that was never loaded beside what is pinned', async () => {
    expect((await client.governor()).residency.residents.some(({ pinned, ready }) => pinned && ready)).toBe(true);
    const answer = await look('late', 5);
    expect({ status: answer.status, error: answer.body['error'] }).toEqual({ status: 200, error: undefined });
    expect(rowOf(answer)).toEqual(tableRow(7, ROWS, 5));
    await client.post('/v1/registry/models/a/unload');
  });

  it('unloads what was idle for longer than it may be', async () => {
    expect((await load(client, 'idle', { keepAliveMs: 500 })).status).toBe(200);
    const isIdle = ({ kind, reason, subject = '' }: Governor['decisions'][number]) => kind === 'eviction' && reason === 'idle' && subject.startsWith('idle@1+');
    await until('the idle model is evicted', async () => (await client.governor()).decisions.some(isIdle), 10_000);
    expect(await client.model('idle')).toMatchObject({ state: 'available', loaded: [] });
    expect((await look('idle', 3)).status).toBe(200);
  });

  it('refuses a model larger than the budget, and says when to come back', async () => {
    const refused = await look('huge', 1, 'too-large');
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(Number(refused.headers.get('retry-after-ms'))).toBeGreaterThanOrEqual(1);
    expect(await codeOf('too-large')).toBe('GOVERNOR.MODEL_TOO_LARGE');
  });

  it('keeps a broken model apart, with the reason and the time of the next try, and serves the others', async () => {
    const refused = await look('broken', 1, 'broken');
    expect(refused.status).toBe(503);
    expect(await codeOf('broken')).toBe('INFERENCE.LOAD_FAILED');
    expect(await client.model('broken')).toMatchObject({ state: 'failed', reason: expect.stringMatching(/could not be loaded: .*it is tried again in \d+ s/) });
    await mixed(['b', 'c'], 2);
  });

  it('serves the old bits of a file that changed until it is loaded explicitly, and fails nobody meanwhile', async () => {
    const row = async () => rowOf(await look('changing', 7));
    const [before, after] = [tableRow(10, 1_000, 7), tableRow(12, 1_000, 7)];
    expect(await row()).toEqual(before);
    const { digest } = (await client.model('changing')).loaded[0]!;
    await writeFile(join(folder.path, 'changing/model.onnx'), table(12, 1_000));
    expect(await row()).toEqual(before);

    let loading = true;
    const seen = new Set<string>();
    const asking = Array.from({ length: 4 }, async () => {
      while (loading) seen.add(JSON.stringify(await row()));
    });
    const loaded = await load(client, 'changing');
    expect(await row()).toEqual(after);
    loading = false;
    await Promise.all(asking);
    expect(loaded).toMatchObject({ status: 200, body: { loaded: { digest: expect.not.stringMatching(digest) } } });
    expect([...seen].every((one) => [JSON.stringify(before), JSON.stringify(after)].includes(one))).toBe(true);
  });
});
