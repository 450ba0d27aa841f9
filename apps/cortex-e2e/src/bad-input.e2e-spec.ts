import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { CortexProcess } from '@cortex/service-process';
import { ModelFolder, ratio, rowsOf20, tiny } from './models';

describe('Bad input', () => {
  let folder: ModelFolder;
  let server: CortexProcess;
  let headers: Record<string, string>;
  beforeAll(async () => {
    const whole = Buffer.from(tiny());
    folder = await ModelFolder.with({ 'tiny/1': whole, 'ratio/1': ratio(), 'corrupt/1': randomBytes(4_000), 'empty/1': '', 'half/1': whole.subarray(0, whole.length / 2) });
    server = await CortexProcess.start({ MODEL_DIR: folder.path, MAX_BODY_SIZE: '4MB', MAX_ROWS_PER_REQUEST: '100' });
    headers = await server.headers();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const post = (path: string, body: RequestInit['body'], extra: Record<string, string> = {}) => fetch(`${server.url}${path}`, { method: 'POST', headers: { ...headers, ...extra }, body });
  const infer = (body: unknown, model = 'tiny') => post(`/v2/models/${model}/infer`, JSON.stringify(body));
  const x = (over: object) => ({ inputs: [{ name: 'x', shape: [1, 20], datatype: 'FP32', data: Array.from({ length: 20 }, () => 0), ...over }] });
  const embed = (input: unknown, extra: object = {}) => post('/v1/embeddings', JSON.stringify({ model: 'cortex-embed-small', input, ...extra }));

  it.each([
    ['malformed JSON', '/v2/models/tiny/infer', '{"inputs":', 400, /JSON/],
    ['a wrong dtype', '/v2/models/tiny/infer', JSON.stringify(x({ datatype: 'INT64' })), 400, /x.*float32|FP32/],
    ['an unknown dtype', '/v2/models/tiny/infer', JSON.stringify(x({ datatype: 'FP7' })), 400, /FP7/],
    ['a wrong shape', '/v2/models/tiny/infer', JSON.stringify(x({ shape: [2, 10] })), 400, /'x'.*\[2,10\]/],
    ['data that does not fill the shape', '/v2/models/tiny/infer', JSON.stringify(x({ shape: [3, 20] })), 400, /20|60/],
    ['an unknown tensor', '/v2/models/tiny/infer', JSON.stringify(x({ name: 'z' })), 400, /unknown input 'z'/],
    ['a missing tensor', '/v2/models/tiny/infer', JSON.stringify({ inputs: [] }), 400, /x|inputs/],
    ['a negative shape', '/v2/models/tiny/infer', JSON.stringify(x({ shape: [-1, 20] })), 400, /shape/],
    ['a huge shape', '/v2/models/tiny/infer', JSON.stringify(x({ shape: [1e15, 20] })), 400, /shape|rows/],
    ['a number that is none', '/v2/models/tiny/infer', JSON.stringify(x({ data: Array.from({ length: 20 }, () => 'a') })), 400, /x/],
    ['more rows than the limit', '/v2/models/tiny/infer', rowsOf20(101), 413, /100/],
    ['more texts than the limit', '/v1/embeddings', JSON.stringify({ model: 'cortex-embed-small', input: Array.from({ length: 101 }, () => 'x') }), 413, /100/],
    ['a body above the limit', '/v1/embeddings', JSON.stringify({ model: 'cortex-embed-small', input: 'x'.repeat(4_100_000) }), 413, /4000000|4 ?MB/],
    ['an unknown model', '/v2/models/nothing/infer', rowsOf20(1), 404, /tiny/],
    ['a name that is a path', '/v2/models/..%2f..%2fetc/infer', rowsOf20(1), 400, /./],
    ['a prototype key', '/v2/models/tiny/infer', '{"__proto__":{"polluted":1},"inputs":[]}', 400, /./],
  ])('refuses %s', async (_what, path, body, status, message) => {
    const response = await post(path, body);
    const text = await response.text();
    expect({ status: response.status, text }).toMatchObject({ status });
    expect(text).toMatch(message);
    expect(text).not.toMatch(/\n\s+at |node_modules|\/tmp\//);
  });

  it.each([
    ['x-cortex-priority', 'urgent'],
    ['x-cortex-deadline-ms', '0'],
    ['x-cortex-deadline-ms', '1.5'],
    ['x-cortex-deadline-ms', 'soon'],
  ])('refuses the header %s: %s', async (name, value) => {
    const response = await post('/v1/embeddings', JSON.stringify({ model: 'cortex-embed-small', input: 'x' }), { [name]: value });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(name);
  });

  it('refuses NaN in JSON with the advice that helps, and sends it in binary', async () => {
    const zeros = { inputs: [{ name: 'x', shape: [1, 2], datatype: 'FP32', data: [0, 1] }] };
    const json = await infer(zeros, 'ratio');
    expect(json.status).toBe(422);
    expect(await json.text()).toMatch(/binary/);
    const binary = await infer({ ...zeros, outputs: [{ name: 'y', parameters: { binary_data: true } }] }, 'ratio');
    const bytes = Buffer.from(await binary.arrayBuffer());
    const at = Number(binary.headers.get('inference-header-content-length'));
    expect([bytes.readFloatLE(at), bytes.readFloatLE(at + 4)]).toEqual([NaN, 1]);
  });

  it('refuses a binary header longer than the body', async () => {
    const response = await post('/v2/models/tiny/infer', '{}', { 'inference-header-content-length': '4000' });
    expect(response.status).toBe(400);
  });

  it('refuses a compressed body that grows above the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 32));
    expect(bomb.length).toBeLessThan(100_000);
    expect((await post('/v1/embeddings', bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
  });

  it.each([
    ['NUL', 'a\u0000b'],
    ['a lone surrogate', 'a\ud800b'],
    ['a text of white space', ' \n\t '],
    ['a text without a known word', '\u{1f980}\u{1f980}'],
  ])('embeds %s as a finite vector', async (_what, text) => {
    const response = await post('/embed', JSON.stringify({ inputs: text, model: 'cortex-embed-small' }));
    const [vector] = (await response.json()) as number[][];
    expect(vector).toHaveLength(256);
    expect(vector!.every(Number.isFinite)).toBe(true);
  });

  it('embeds an empty text where the protocol allows it', async () => {
    const response = await post('/embed', JSON.stringify({ inputs: '', model: 'cortex-embed-small' }));
    expect(((await response.json()) as number[][])[0]!.every(Number.isFinite)).toBe(true);
  });

  it('refuses a text of 1 MB, or reads its beginning when told to cut', async () => {
    const long = 'word '.repeat(200_000);
    expect((await post('/embed', JSON.stringify({ inputs: long, model: 'cortex-embed-small' }))).status).toBe(422);
    const response = await post('/embed', JSON.stringify({ inputs: long, truncate: true, model: 'cortex-embed-small' }));
    expect(((await response.json()) as number[][])[0]).toHaveLength(256);
  });

  it('lists files that cannot be models as failed, with the reason, and serves the rest', async () => {
    for (const name of ['corrupt', 'empty', 'half']) expect((await infer(x({}), name)).status).toBe(503);
    const index = (await (await post('/v2/repository/index', '{}')).json()) as { name: string; state: string; reason: string }[];
    for (const name of ['corrupt', 'empty', 'half']) {
      const entry = index.find((one) => one.name === name);
      expect(entry).toMatchObject({ state: 'UNAVAILABLE' });
      expect(entry!.reason).toBeTruthy();
      expect(entry!.reason).not.toContain(folder.path);
    }
    expect((await infer(x({}))).status).toBe(200);
  });

  it('is well after all that', async () => {
    expect((await embed('still here')).status).toBe(200);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  });
});
