import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasExactInt8Products } from '@cortex/onnx/testing';
import { CortexProcess, encoderFolder } from '@cortex/service-process';
import { Client, until } from './client';
import { Hub } from './hub';
import { table, tableRow } from './models';

const KEY = 'a-key-for-the-specs-of-pulls';
const NAME = 'all-MiniLM-L6-v2';
const FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'modules.json', 'sentence_bert_config.json', '1_Pooling/config.json', 'onnx/model.onnx'];
const PULL = { source: { kind: 'hugging-face', model: `sentence-transformers/${NAME}` } };
const CUT = 30 * 2 ** 20;
const MOST_TOKENS = 256;
const CLIENTS = 6;
const describeWithEncoder = existsSync(encoderFolder) ? describe : describe.skip;

interface Progress {
  readonly id: string;
  readonly state: string;
  readonly bytes: number;
  readonly totalBytes?: number;
}

interface Golden {
  readonly text: string;
  readonly input_ids: readonly number[];
  readonly embedding: readonly number[];
}

describeWithEncoder('A model from elsewhere', () => {
  let home: string;
  let hub: Hub;
  let server: CortexProcess;
  let client: Client;
  let golden: readonly Golden[];
  let texts: readonly string[];
  let exact: Buffer;
  const environment = () => ({ CORTEX_HOME: home, CORTEX_API_KEY: KEY, CORTEX_HUB_URL: hub.url, CPU_LIMIT: '1' });
  const start = async () => {
    server = await CortexProcess.start({ ...environment(), CORTEX_ALLOW_PRIVATE_SOURCES: 'on' });
    client = await Client.of(server, KEY);
  };
  beforeAll(async () => {
    const { sentences } = JSON.parse(await readFile(join(encoderFolder, 'reference.json'), 'utf8')) as { sentences: Golden[] };
    golden = sentences.filter(({ text, input_ids: { length } }) => text !== '' && length < MOST_TOKENS); // this protocol refuses the empty, and cuts nothing
    texts = golden.map(({ text }) => text);
    home = await mkdtemp(join(tmpdir(), 'cortex-pulls-'));
    hub = await Hub.serving(PULL.source.model, encoderFolder, FILES);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await hub[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  /** The least cosine to the golden vectors. */
  const agreementOf = (answer: Buffer) => Math.min(...vectorsOf(answer).map((vector, index) => cosine(vector, golden[index]!.embedding)));
  const embed = async (model: string, input: readonly string[], id = '') => {
    const { status, body } = await client.post('/v1/embeddings', { model, input, encoding_format: 'base64' }, { 'cache-control': 'no-store', ...(id && { 'x-request-id': id }) });
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
    return Buffer.concat((body['data'] as { embedding: string }[]).map(({ embedding }) => Buffer.from(embedding, 'base64')));
  };

  it('is refused from a private address unless that is allowed', async () => {
    await using closed = await CortexProcess.spawn(environment());
    const asking = await Client.of(closed, KEY);
    const refused = await until('the server listens', () => asking.post('/v1/registry/pulls', PULL).catch(() => undefined));
    expect(refused).toMatchObject({ status: 400, body: { code: 'REGISTRY.SOURCE_FORBIDDEN' } });
    expect(hub.starts).toEqual([]);
  });

  it('goes on by itself where it was when the server was killed, and says how it gets on until it is installed', async () => {
    await start();
    hub.stallAt = CUT;
    const { status, headers, body: { id } } = await client.post('/v1/registry/pulls', PULL);
    expect([status, headers.get('location')]).toEqual([202, `/v1/registry/pulls/${id as string}`]);
    await until('a part of the graph has come', async () => (await client.get<unknown>(headers.get('location')!) as Progress).bytes > CUT);
    await server.kill();
    await server[Symbol.asyncDispose]();
    hub.stallAt = Infinity;
    await start();
    const response = await fetch(`${server.url}/v1/registry/pulls/${id as string}/events`, { headers: { 'x-api-key': KEY, accept: 'text/event-stream' } });
    const events = (await response.text()).trim().split('\n\n').map((event) => /^event: (\w+)\ndata: (.*)$/.exec(event)!.slice(1));
    const last = JSON.parse(events.at(-1)![1]!) as Progress;
    expect([events.at(-1)![0], last.state, last.bytes]).toEqual(['end', 'installed', last.totalBytes]);
    expect(hub.starts).toHaveLength(2);
    expect(hub.starts[1]).toBeLessThanOrEqual(CUT);
  });

  it('runs in a process of its own and gives the golden vectors', async () => {
    exact = await embed(`${NAME}+fp32`, texts);
    expect(agreementOf(exact)).toBeGreaterThanOrEqual(0.9999);
    expect((await client.model(NAME)).loaded).toEqual([expect.objectContaining({ placement: 'process', variant: 'fp32' })]);
  });

  it('gets an int8 variant in the background, which answers from then on, beside the bits of fp32', async () => {
    const preparation = await until('the int8 variant is made', async () => {
      const { preparing } = await client.get<{ preparing: { name: string; stage: string; variants: string[] }[] }>('/v1/registry/models');
      return preparing.find(({ name, stage }) => name === NAME && (stage === 'done' || stage === 'failed'));
    }, 90_000);
    expect(preparation).toMatchObject({ stage: 'done', variants: ['int8'] });
    const int8 = await embed(NAME, texts, 'after-int8');
    expect(await client.get('/v1/requests/after-int8')).toMatchObject({ timings: { model: `${NAME}@1+int8` } });
    expect(agreementOf(int8)).toBeGreaterThanOrEqual(hasExactInt8Products() ? 0.98 : 0.97);
    expect((await embed(`${NAME}+fp32`, texts)).equals(exact)).toBe(true);
  });

  it('fails at most the batch that ran when its process is killed, and answers again', async () => {
    const statuses: number[] = [];
    let asking = true;
    const clients = Array.from({ length: CLIENTS }, async (_, by) => {
      while (asking) statuses.push((await client.post('/v1/embeddings', { model: NAME, input: `a text of client ${by}` }, { 'cache-control': 'no-store' })).status);
    });
    await until('requests are answered', async () => statuses.length > 3 * CLIENTS);
    for (const pid of childrenOf(server.child.pid!)) process.kill(pid, 'SIGKILL');
    const before = statuses.length;
    await until('requests are answered again', async () => statuses.slice(before).filter((status) => status === 200).length > 3 * CLIENTS);
    asking = false;
    await Promise.all(clients);
    expect(statuses.filter((status) => status !== 200).every((status) => status === 503)).toBe(true);
    expect(statuses.filter((status) => status !== 200).length).toBeLessThanOrEqual(CLIENTS);
  });

  it('is taken in two parts, and is gone when its version is deleted', async () => {
    const graph = Buffer.from(table(3, 1_000));
    const middle = 10_000;
    const declared = { bytes: graph.length, sha256: createHash('sha256').update(graph).digest('hex') };
    expect((await client.post('/v1/registry/uploads', { name: 'uploaded', files: { 'model.onnx': declared } })).status).toBe(200);
    for (const [from, part] of [[0, graph.subarray(0, middle)], [middle, graph.subarray(middle)]] as const) {
      const sent = await fetch(`${server.url}/v1/registry/uploads/uploaded@1/files/model.onnx`, { method: 'PUT', headers: { 'x-api-key': KEY, 'upload-offset': String(from) }, body: part });
      expect(sent.status).toBe(200);
    }
    expect((await client.post('/v1/registry/uploads/uploaded@1/commit')).status).toBe(200);
    const look = () => client.post('/v2/models/uploaded/infer', { inputs: [{ name: 'id', shape: [1], datatype: 'INT64', data: [5] }] });
    expect(((await look()).body['outputs'] as { data: number[] }[])[0]!.data.map(Math.fround)).toEqual(tableRow(3, 1_000, 5));
    expect(await client.call('DELETE', '/v1/registry/models/uploaded/versions/1')).toMatchObject({ status: 200, body: { state: 'deleted' } });
    expect([(await look()).status, await client.model('uploaded'), existsSync(join(home, 'models/uploaded'))]).toEqual([404, undefined, false]);
  });
});

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

function vectorsOf(bytes: Buffer): Float32Array[] {
  const all = new Float32Array(Uint8Array.from(bytes).buffer);
  return Array.from({ length: all.length / 384 }, (_, index) => all.subarray(384 * index, 384 * (index + 1)));
}

/** Of unit vectors. */
function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, index) => sum + value * b[index]!, 0);
}
