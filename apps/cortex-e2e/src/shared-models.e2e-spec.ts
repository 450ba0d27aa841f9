import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultProxy, describeWith } from '@cortex/kernel/testing';
import { ScratchBucket } from '@cortex/object-store/testing';
import { ScratchDatabase } from '@cortex/postgres/testing';
import { CortexProcess } from '@cortex/service-process';
import { Client, until } from './client';
import { table, tableRow } from './models';

const KEY = 'a-key-of-all-the-replicas';
const ROWS = 1_000;
const FAULT_MS = 3_000;
/** The catalogue is looked at every second, and the version loaded before it answers. */
const FOLLOWS_MS = 10_000;
/** Far above what a request takes, and below the store's time-outs. */
const PATIENCE_MS = 2_000;

interface Shown {
  readonly shared: Readonly<Record<string, { readonly files: number; readonly bytes: number }>>;
}

interface Health {
  readonly status: string;
  readonly details: { readonly 'object-store': { readonly kind: string; readonly state: string; readonly since: string; readonly lastError?: { readonly code: string } } };
}

describeWith('postgres', 'Replicas with one catalogue', ({ url }) => {
  describeWith('s3', 'and one object store', (server) => {
    let database: ScratchDatabase;
    let bucket: ScratchBucket;
    let proxy: FaultProxy;
    const replicas: CortexProcess[] = [];
    let one: Client;
    let other: Client;

    const start = async (): Promise<Client> => {
      const { endpoint: _endpoint, accessKey, secretKey, bucket: name = '' } = bucket.options();
      const replica = await CortexProcess.start({
        CORTEX_API_KEY: KEY, CPU_LIMIT: '1', POSTGRES_URL: database.url, LOG_LEVEL: 'info',
        MINIO_ENDPOINT: `http://127.0.0.1:${proxy.port}`, MINIO_ACCESS_KEY: accessKey, MINIO_SECRET_KEY: secretKey, MINIO_BUCKET: name,
      });
      replicas.push(replica);
      return Client.of(replica, KEY);
    };
    beforeAll(async () => {
      database = await ScratchDatabase.make(url);
      bucket = new ScratchBucket(server);
      proxy = await FaultProxy.to(Number(new URL(server.endpoint).port));
      [one, other] = [await start(), await start()];
    });
    afterAll(async () => {
      for (const replica of replicas) await replica[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
      await bucket[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    });

    const upload = async (client: Client, name: string, { version = '1', seed = 1 } = {}) => {
      const graph = table(seed, ROWS);
      const files = { 'model.onnx': { bytes: graph.length, sha256: createHash('sha256').update(graph).digest('hex') } };
      expect((await client.post('/v1/registry/uploads', { name, version, files })).status).toBe(200);
      const sent = await fetch(`${client.url}/v1/registry/uploads/${name}@${version}/files/model.onnx`, { method: 'PUT', headers: { 'x-api-key': KEY, 'upload-offset': '0' }, body: Buffer.from(graph) });
      expect(sent.status).toBe(200);
      expect(await client.post(`/v1/registry/uploads/${name}@${version}/commit`)).toMatchObject({ status: 200, body: { state: 'installed' } });
    };
    const look = async (client: Client, model: string, id = 5) => {
      const { status, headers, body } = await client.post(`/v2/models/${model}/infer`, { inputs: [{ name: 'id', shape: [1], datatype: 'INT64', data: [id] }] });
      return { status, headers, code: body['error'], row: (body['outputs'] as { data: number[] }[] | undefined)?.[0]!.data.map(Math.fround) };
    };
    const rowOf = (seed: number, id = 5) => tableRow(seed, ROWS, id);
    const storeOf = async (client: Client) => (await client.get<Health>('/health')).details['object-store'];
    const embed = (client: Client, text: string) => client.post('/v1/embeddings', { model: 'cortex-embed-small', input: text });
    const modelFiles = async () => {
      using store = await bucket.store();
      const keys: string[] = [];
      for await (const { key } of store.list('models/')) keys.push(key);
      return keys;
    };

    it('serve on each what was uploaded to one, at once', async () => {
      await upload(one, 'uploaded', { seed: 3 });
      expect(await look(other, 'uploaded')).toMatchObject({ status: 200, row: rowOf(3) });
      expect((await one.get<Shown>('/v1/registry/models/uploaded')).shared).toEqual({ 1: { files: 1, bytes: table(3, ROWS).length } });
      expect(await other.model('uploaded')).toMatchObject({ origin: 'installed', shared: true });
    });

    it('follow an alias that is moved on one, and no request fails', async () => {
      await upload(one, 'moved', { seed: 1 });
      expect((await one.call('PUT', '/v1/registry/models/moved/aliases/stable', { body: { version: '1' } })).status).toBe(200);
      await until('the other follows', async () => (await look(other, 'moved@stable')).status === 200);
      const answers: { readonly at: number; readonly status: number; readonly isNew: boolean }[] = [];
      let asking = true;
      const clients = Array.from({ length: 4 }, async () => {
        while (asking) {
          const { status, row } = await look(other, 'moved@stable');
          answers.push({ at: performance.now(), status, isNew: row?.[0] === rowOf(2)[0] });
        }
      });
      await upload(one, 'moved', { version: '2', seed: 2 });
      expect((await one.call('PUT', '/v1/registry/models/moved/aliases/stable', { body: { version: '2' } })).status).toBe(200);
      const movedAt = performance.now();
      await until('the other answers with the new version', async () => answers.at(-1)?.isNew);
      asking = false;
      await Promise.all(clients);
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
      expect(answers.find(({ isNew }) => isNew)!.at - movedAt).toBeLessThan(FOLLOWS_MS);
    });

    it('have what was there before they came', async () => {
      const late = await start();
      expect(await look(late, 'uploaded')).toMatchObject({ status: 200, row: rowOf(3) });
      await until('it lists all that is shared', async () => (await late.model('moved', '2'))?.state !== undefined);
    });

    it('get an operator\'s folder by a push', async () => {
      const folder = join(replicas[0]!.home, 'models/pushed/1');
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'model.onnx'), table(7, ROWS));
      expect(await look(one, 'pushed')).toMatchObject({ status: 200, row: rowOf(7) });
      expect((await look(other, 'pushed')).status).toBe(404);
      expect(await one.post('/v1/registry/models/pushed/versions/1/push', { reason: 'for all' })).toMatchObject({ status: 200, body: { model: 'pushed', version: '1', files: 1, sentFiles: 1 } });
      expect(await look(other, 'pushed')).toMatchObject({ status: 200, row: rowOf(7) });
    });

    it('pull a model from below a prefix of the store', async () => {
      using store = await bucket.store();
      await store.write('exports/mine/model.onnx', (async function* () { yield table(8, ROWS); })());
      const { body } = await one.post('/v1/registry/pulls', { source: { kind: 'object-store', prefix: 'exports/mine' }, name: 'from-prefix' });
      await until('it is installed', async () => (await one.get(`/v1/registry/pulls/${body['id'] as string}`))['state'] === 'installed');
      expect(await look(other, 'from-prefix')).toMatchObject({ status: 200, row: rowOf(8) });
      expect((await one.get<{ provenance: unknown }>('/v1/registry/models/from-prefix')).provenance).toMatchObject({ 1: { kind: 'object-store', source: 'exports/mine/' } });
    });

    it('lose everywhere what is deleted on one', async () => {
      const before = await modelFiles();
      expect(await other.call('DELETE', '/v1/registry/models/uploaded/versions/1')).toMatchObject({ status: 200, body: { state: 'deleted' } });
      await until('the first one follows', async () => (await look(one, 'uploaded')).status === 404);
      expect([await one.model('uploaded'), (await modelFiles()).length]).toEqual([undefined, before.length - 1]);
    });

    it.each<[string, (cut: FaultProxy) => Disposable]>([
      ['cut off', (cut) => (cut.cut(), { [Symbol.dispose]: () => cut.mend() })],
      ['flapping', (cut) => flapping(cut)],
    ])('go on while the store is %s, say so, and share again by themselves', async (fault, make) => {
      const name = fault.replace(' ', '-');
      expect(await storeOf(one)).toMatchObject({ kind: 'dependency', state: 'up' });
      const broken = make(proxy);
      for (const endAt = performance.now() + FAULT_MS, texts = [0]; performance.now() < endAt; texts[0]! += 1) {
        const startedAt = performance.now();
        expect((await embed(one, `${fault} ${texts[0]}`)).status).toBe(200);
        expect(performance.now() - startedAt).toBeLessThan(PATIENCE_MS);
      }
      await upload(one, name, { seed: 9 });
      expect(await look(one, name)).toMatchObject({ status: 200, row: rowOf(9) });
      await until('health says so', async () => (await storeOf(one)).lastError?.code === 'OBJECTS.UNAVAILABLE');
      if (fault === 'cut off') {
        expect(await one.get('/health')).toMatchObject({ status: 'degraded' });
        const { status, headers } = await look(other, name);
        expect([status, Number(headers.get('retry-after')) >= 1]).toEqual([503, true]);
      }
      broken[Symbol.dispose]();
      await until('the other has it', async () => (await look(other, name)).status === 200, 60_000);
      await until('health says so', async () => (await storeOf(one)).state === 'up');
    });

    it('show the secret nowhere', async () => {
      const shown = await Promise.all([one, other].map(async (client) => JSON.stringify([await client.get('/health'), await client.get('/v1/registry/models/moved')])));
      for (const text of [...shown, ...replicas.map(({ output }) => output)]) expect(text).not.toContain(server.secretKey);
    });
  });
});

function flapping(proxy: FaultProxy): Disposable {
  let isCut = false;
  const timer = setInterval(() => {
    isCut = !isCut;
    if (isCut) proxy.cut();
    else proxy.mend();
  }, 200);
  return { [Symbol.dispose]: () => (clearInterval(timer), proxy.mend()) };
}
