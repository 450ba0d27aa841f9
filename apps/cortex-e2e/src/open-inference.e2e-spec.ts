import { gzipSync } from 'node:zlib';
import { CortexProcess } from '@cortex/service-process';
import { ModelFolder, rowsOf20, tiny } from './models';

interface InferAnswer {
  readonly model_name: string;
  readonly id?: string;
  readonly outputs: readonly { readonly name: string; readonly datatype: string; readonly shape: number[]; readonly data?: number[] }[];
}

describe('Open Inference Protocol', () => {
  let folder: ModelFolder;
  let server: CortexProcess;
  let headers: Record<string, string>;
  beforeAll(async () => {
    folder = await ModelFolder.with({ 'tiny/1': tiny(), 'tiny/9': tiny(), 'tiny/10': tiny() });
    server = await CortexProcess.start({ MODEL_DIR: folder.path });
    headers = await server.headers();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const get = async (path: string) => (await fetch(`${server.url}${path}`, { headers })).json() as Promise<Record<string, unknown>>;
  const post = (path: string, body?: RequestInit['body'], extra: Record<string, string> = {}) => fetch(`${server.url}${path}`, { method: 'POST', headers: { ...headers, ...extra }, body });
  const infer = async (body: RequestInit['body'], extra?: Record<string, string>) => (await post('/v2/models/tiny/infer', body, extra)).json() as Promise<InferAnswer>;

  it('describes the server and the model', async () => {
    expect(await get('/v2')).toMatchObject({ name: expect.any(String) as string, extensions: expect.arrayContaining(['binary_tensor_data']) as string[] });
    expect(await get('/v2/models/tiny')).toMatchObject({
      name: 'tiny',
      versions: expect.arrayContaining(['1', '9', '10']) as string[],
      inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 20] }],
      outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 3] }],
    });
    expect((await fetch(`${server.url}/v2/models/tiny/ready`, { headers })).status).toBe(200);
    expect((await fetch(`${server.url}/v2/models/tiny/versions/9/ready`, { headers })).status).toBe(200);
    expect((await fetch(`${server.url}/v2/models/nothing/ready`, { headers })).status).toBe(404);
  });

  it('runs tensors, echoes the id, answers with the highest version by number', async () => {
    const answer = await infer(JSON.stringify({ id: 'mine', ...(JSON.parse(rowsOf20(2)) as object) }));
    expect(answer).toMatchObject({ model_name: 'tiny', model_version: '10', id: 'mine', outputs: [{ name: 'y', datatype: 'FP32', shape: [2, 3] }] });
    expect(answer.outputs[0]!.data).toHaveLength(6);
  });

  it('gives each of many callers its own rows, more than a batch holds included', async () => {
    const counts = [1, 3, 70, 2, 33, 1, 1, 5];
    const together = await Promise.all(counts.map((rows, index) => infer(rowsOf20(rows, index + 1))));
    for (const [index, rows] of counts.entries()) {
      const alone = await infer(rowsOf20(rows, index + 1));
      expect(together[index]!.outputs[0]!.shape).toEqual([rows, 3]);
      for (const [at, value] of together[index]!.outputs[0]!.data!.entries()) expect(value).toBeCloseTo(alone.outputs[0]!.data![at]!, 5);
    }
  });

  it('takes and gives binary tensors', async () => {
    const values = Float32Array.from({ length: 40 }, (_, index) => index / 3);
    const head = JSON.stringify({ inputs: [{ name: 'x', shape: [2, 20], datatype: 'FP32', parameters: { binary_data_size: 160 } }], outputs: [{ name: 'y', parameters: { binary_data: true } }] });
    const body = Buffer.concat([Buffer.from(head), Buffer.from(values.buffer)]);
    const response = await post('/v2/models/tiny/infer', body, { 'inference-header-content-length': String(Buffer.byteLength(head)), 'content-type': 'application/octet-stream' });
    const bytes = Buffer.from(await response.arrayBuffer());
    const headLength = Number(response.headers.get('inference-header-content-length'));
    const answer = JSON.parse(bytes.subarray(0, headLength).toString()) as InferAnswer;
    expect(answer.outputs[0]).toMatchObject({ name: 'y', shape: [2, 3], parameters: { binary_data_size: 24 } });
    const numbers = new Float32Array(bytes.buffer.slice(bytes.byteOffset + headLength));
    const json = await infer(JSON.stringify({ inputs: [{ name: 'x', shape: [2, 20], datatype: 'FP32', data: [...values] }] }));
    for (const [index, value] of numbers.entries()) expect(value).toBeCloseTo(json.outputs[0]!.data![index]!, 5);
  });

  it('takes a compressed body, nested data and no content type', async () => {
    const plain = await infer(rowsOf20(1));
    const packed = await infer(gzipSync(rowsOf20(1)), { 'content-encoding': 'gzip' });
    expect(packed.outputs).toEqual(plain.outputs);
    const { inputs } = JSON.parse(rowsOf20(1)) as { inputs: [{ data: number[] }] };
    const nested = await infer(JSON.stringify({ inputs: [{ ...inputs[0], data: [inputs[0].data] }] }));
    expect(nested.outputs).toEqual(plain.outputs);
    const { 'content-type': _none, ...bare } = headers;
    expect((await fetch(`${server.url}/v2/repository/index`, { method: 'POST', headers: bare })).status).toBe(200);
  });

  it('unloads, stays unloaded, loads again', async () => {
    expect((await post('/v2/repository/models/tiny/unload')).status).toBe(200);
    const gone = await post('/v2/models/tiny/infer', rowsOf20(1));
    expect(gone.status).toBe(404);
    expect(await gone.json()).toMatchObject({ error: expect.stringMatching(/unloaded/) as string });
    expect((await fetch(`${server.url}/v2/models/tiny/ready`, { headers })).status).toBe(404);
    expect((await post('/v2/repository/models/tiny/load', '{}')).status).toBe(200);
    expect((await post('/v2/models/tiny/infer', rowsOf20(1))).status).toBe(200);
  });

  it('counts what it did', async () => {
    await infer(rowsOf20(4));
    const { model_stats } = (await get('/v2/models/tiny/stats')) as { model_stats: { name: string; inference_count: number; execution_count: number; inference_stats: { success: { count: number; ns: number } } }[] };
    const latest = model_stats.find((one) => one.inference_count > 0)!;
    expect(latest.name).toBe('tiny');
    expect(latest.inference_count).toBeGreaterThanOrEqual(latest.execution_count);
    expect(latest.inference_stats.success.ns).toBeGreaterThan(0);
  });

  it('reads a text model as its graph or as text', async () => {
    const text = await post('/v2/models/cortex-embed-small/infer', JSON.stringify({ inputs: [{ name: 'text', shape: [2], datatype: 'BYTES', data: ['hello world', 'good bye'] }] }));
    expect(await text.json()).toMatchObject({ outputs: [{ name: 'embedding', datatype: 'FP32', shape: [2, 256] }] });
    const ids = { shape: [1, 2], datatype: 'INT64' };
    const graph = await post('/v2/models/cortex-embed-small/infer', JSON.stringify({ inputs: [{ name: 'input_ids', ...ids, data: [7592, 2088] }, { name: 'attention_mask', ...ids, data: [1, 1] }] }));
    expect(await graph.json()).toMatchObject({ outputs: [{ datatype: 'FP32', shape: [1, 256] }] });
  });

  it('shows what a request went through', async () => {
    const response = await post('/v2/models/tiny/infer', rowsOf20(1), { 'x-request-id': 'abc-123' });
    expect(response.headers.get('x-request-id')).toBe('abc-123');
    expect(response.headers.get('server-timing')).toMatch(/queue;dur=.*run;dur=.*batch;desc="1\/1"/);
  });
});
