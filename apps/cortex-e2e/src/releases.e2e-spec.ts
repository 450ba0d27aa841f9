import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mlpGraph } from '@cortex/onnx/testing';
import { CortexProcess } from '@cortex/service-process';
import { ModelFolder, rowsOf20 } from './models';

const KEY = 'a-key-for-release-tests';
const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
const TINY = '/v1/registry/models/tiny';
const EMBED = '/v1/registry/models/cortex-embed-small';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

describe('Releases', () => {
  let home: string;
  let models: ModelFolder;
  let server: CortexProcess;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'cortex-releases-'));
    models = await ModelFolder.with({ 'tiny/1': mlpGraph(), 'tiny/2': mlpGraph(), 'tiny/3': mlpGraph() });
    server = await start();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await models[Symbol.asyncDispose]();
    await rm(home, { recursive: true });
  });

  const start = () => CortexProcess.start({ CORTEX_HOME: home, MODEL_DIR: models.path, CORTEX_API_KEY: KEY });
  const killAndStart = async () => {
    await server.kill();
    await server[Symbol.asyncDispose]();
    server = await start();
  };
  const call = async (method: string, path: string, body?: object | string): Promise<Answer> => {
    const response = await fetch(`${server.url}${path}`, { method, headers, body: typeof body === 'object' ? JSON.stringify(body) : body });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const infer = (reference: string) => call('POST', `/v2/models/${reference}/infer`, rowsOf20(1));

  it('keeps an alias when the server is killed', async () => {
    expect(await call('PUT', `${TINY}/aliases/stable`, { version: '1', reason: 'first' })).toMatchObject({ status: 200, body: { version: '1' } });
    await killAndStart();
    expect((await infer('tiny@stable')).body).toMatchObject({ model_version: '1' });
    expect((await call('GET', TINY)).body).toMatchObject({ aliases: { stable: '1' }, history: expect.arrayContaining([expect.objectContaining({ reason: 'first' })]) });
  });

  it('answers every request by one version or the other while the alias moves', async () => {
    const seen = new Set<unknown>();
    let moving = true;
    const asking = Array.from({ length: 4 }, async () => {
      while (moving) {
        const { status, body } = await infer('tiny@stable');
        expect(status).toBe(200);
        seen.add(body['model_version']);
      }
    });
    for (const version of ['2', '1', '2', '1', '2']) expect((await call('PUT', `${TINY}/aliases/stable`, { version })).status).toBe(200);
    moving = false;
    await Promise.all(asking);
    expect([...seen].every((version) => version === '1' || version === '2')).toBe(true);
    expect(await call('POST', `${TINY}/aliases/stable/rollback`, { reason: 'again' })).toMatchObject({ body: { version: '1', from: '2' } });
  });

  it('gives a canary its share, the same to the same request', async () => {
    await call('PUT', `${TINY}/rollouts/stable`, { version: '3', mode: 'canary', weight: 0.4 });
    const versionFor = async (id: string) => {
      const response = await fetch(`${server.url}/v2/models/tiny@stable/infer`, { method: 'POST', headers: { ...headers, 'x-request-id': id }, body: rowsOf20(1) });
      return ((await response.json()) as { model_version: string }).model_version;
    };
    const ids = Array.from({ length: 200 }, (_, index) => `request-${index}`);
    const first = await Promise.all(ids.map(versionFor));
    expect(await Promise.all(ids.map(versionFor))).toEqual(first);
    const share = first.filter((version) => version === '3').length / ids.length;
    expect(Math.abs(share - 0.4)).toBeLessThan(0.15); // more than four standard deviations of 200 draws
    expect(new Set(first)).toEqual(new Set(['1', '3']));
    expect((await call('DELETE', `${TINY}/rollouts/stable`)).status).toBe(200);
  });

  it('refuses a file that changed on disk when it is loaded anew, until it is loaded explicitly', async () => {
    expect((await infer('tiny@2')).status).toBe(200);
    await writeFile(join(models.path, 'tiny/2/model.onnx'), Buffer.concat([mlpGraph(), Buffer.from([0x10, 0x00])]));
    expect((await infer('tiny@2')).status).toBe(200); // what is loaded runs on
    await killAndStart();
    expect(await infer('tiny@2')).toMatchObject({ status: 503, body: { error: expect.stringContaining('model.onnx is not what it was at the first load; load tiny@2 explicitly') } });
    expect((await call('POST', '/v1/registry/models/tiny@2/load')).status).toBe(200);
    expect((await infer('tiny@2')).status).toBe(200);
    expect((await call('GET', `${TINY}/history`)).body['history']).toContainEqual(expect.objectContaining({ action: 'pin', to: '2', reason: 'changed on disk and accepted: model.onnx' }));
  });

  it('holds a text model against its gate before the alias moves', async () => {
    const inputs = ['a parcel', 'where is the station?'];
    const { body } = await call('POST', '/v1/embeddings', { model: 'cortex-embed-small', input: inputs });
    const expected = (body['data'] as { embedding: number[] }[]).map(({ embedding }) => embedding);
    await call('PUT', `${EMBED}/gates/stable`, { golden: { inputs, expected, minCosine: 0.999 }, maxP95Ms: 5_000, maxMemoryBytes: 4e9 });
    expect(await call('PUT', `${EMBED}/aliases/stable`, { version: '1' })).toMatchObject({
      status: 200, body: { version: '1', report: { passed: true, checks: [{ part: 'loads' }, { part: 'memory' }, { part: 'golden' }, { part: 'p95' }] } },
    });
    await call('PUT', `${EMBED}/gates/strict`, { golden: { inputs, expected: [...expected].reverse() } });
    expect(await call('PUT', `${EMBED}/aliases/strict`, { version: '1' })).toMatchObject({ status: 409, body: { code: 'REGISTRY.GATE_FAILED' } });
  });

  it('deletes a version that nothing names, with its files', async () => {
    expect(await call('DELETE', `${TINY}/versions/1`)).toMatchObject({ status: 409, body: { code: 'REGISTRY.VERSION_IN_USE' } });
    expect((await infer('tiny@3')).status).toBe(200);
    expect(await call('DELETE', `${TINY}/versions/3?reason=old`)).toMatchObject({ status: 200, body: { model: 'tiny@3', state: 'deleted' } });
    expect([(await infer('tiny@3')).status, await readdir(join(models.path, 'tiny'))]).toEqual([404, ['1', '2']]);
  });
});
