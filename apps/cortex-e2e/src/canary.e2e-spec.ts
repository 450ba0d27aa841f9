import { CortexProcess } from '@cortex/service-process';
import { Client, until, type Answer } from './client';
import { broken, ModelFolder, table, tableRow } from './models';

const ROWS = 1_000;
const MODEL = '/v1/registry/models/table';
const STABLE = `${MODEL}/aliases/stable`;
const ROLLOUT = `${MODEL}/rollouts/stable`;

interface Report {
  readonly stable: { readonly requests: number };
  readonly canary: { readonly requests: number; readonly failures: Readonly<Record<string, number>> };
  readonly shadow: { readonly compared: number; readonly skipped: number; readonly minAgreement: number; readonly disagreements: number };
}

describe('A version that is tried', () => {
  let folder: ModelFolder;
  let server: CortexProcess;
  let client: Client;
  beforeAll(async () => {
    folder = await ModelFolder.with({ 'table/1': table(1, ROWS), 'table/2': table(2, ROWS), 'table/3': broken() });
    server = await CortexProcess.start({ MODEL_DIR: folder.path });
    client = await Client.of(server);
    await client.call('PUT', STABLE, { body: { version: '1' } });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const look = (id: number) => client.post('/v2/models/table@stable/infer', { inputs: [{ name: 'id', shape: [1], datatype: 'INT64', data: [id] }] });
  const detail = () => client.get<{ aliases: Record<string, string>; rollouts: { report: Report }[]; reports: { passed: boolean; version: string }[] }>(MODEL);
  const report = async () => (await detail()).rollouts[0]!.report;

  /** The version that an answer names, when it is that version's answer. */
  function versionOf({ status, body }: Answer, id: number): string {
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
    const version = body['model_version'] as string;
    expect((body['outputs'] as { data: number[] }[])[0]!.data.map(Math.fround)).toEqual(tableRow(Number(version), ROWS, id));
    return version;
  }
  const ids = (count: number) => Array.from({ length: count }, (_, id) => id);

  it('is answered for by the stable one where it cannot load, and its failures are counted', async () => {
    expect((await client.call('PUT', ROLLOUT, { body: { version: '3', mode: 'canary', weight: 0.5 } })).status).toBe(200);
    const versions = await Promise.all(ids(100).map(async (id) => versionOf(await look(id), id)));
    expect(new Set(versions)).toEqual(new Set(['1']));
    const { stable, canary } = await report();
    expect(stable.requests).toBe(100);
    expect(canary.requests).toBeGreaterThan(20);
    expect(canary.failures).toEqual({ 'INFERENCE.LOAD_FAILED': canary.requests });
    expect((await detail()).aliases).toEqual({ stable: '1' });
  });

  it('is compared as a shadow, and nobody sees its answers', async () => {
    await client.call('PUT', ROLLOUT, { body: { version: '2', mode: 'shadow', weight: 1 } });
    for (const id of ids(30)) expect(versionOf(await look(id), id)).toBe('1');
    const { shadow } = await until('all shadows are counted', async () => {
      const seen = await report();
      return seen.shadow.compared + seen.shadow.skipped === 30 && seen;
    });
    expect(shadow.compared).toBeGreaterThan(0);
    expect(shadow.disagreements).toBeGreaterThan(0);
    expect(shadow.minAgreement).toBeLessThan(0.99);
    expect((await client.call('DELETE', ROLLOUT)).status).toBe(200);
  });

  it('does not get the alias where its gate fails, and the report is kept', async () => {
    await client.call('PUT', `${MODEL}/gates/stable`, { body: { maxMemoryBytes: 1 } });
    const refused = await client.call('PUT', STABLE, { body: { version: '2' } });
    expect(refused).toMatchObject({ status: 409, body: { code: 'REGISTRY.GATE_FAILED' } });
    expect(await detail()).toMatchObject({ aliases: { stable: '1' }, reports: [{ version: '2', passed: false, checks: [{ part: 'loads', passed: true }, { part: 'memory', passed: false, bound: 1 }] }] });
    expect(versionOf(await look(7), 7)).toBe('1');
    await client.call('DELETE', `${MODEL}/gates/stable`);
  });

  it('takes over and gives back twenty times under load, and no request fails or mixes the two', async () => {
    const seen = new Set<string>();
    let swapping = true;
    const clients = ids(8).map(async (by) => {
      for (let id = by; swapping; id = (id + 8) % ROWS) seen.add(versionOf(await look(id), id));
    });
    for (const swap of ids(20)) expect((await client.call('PUT', STABLE, { body: { version: swap % 2 === 0 ? '2' : '1' } })).status).toBe(200);
    swapping = false;
    await Promise.all(clients);
    expect(seen).toEqual(new Set(['1', '2']));
  });
});
