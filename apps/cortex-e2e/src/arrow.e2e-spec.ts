import { onnxGraph } from '@cortex/onnx/testing';
import { CortexProcess } from '@cortex/service-process';
import { Dictionary, Int32, Table, tableFromArrays, tableFromIPC, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { ModelFolder } from './models';
import { pythonWith, runPython } from './python';

const ARROW = 'application/vnd.apache.arrow.stream';
const TEXTS = ['first', '', '\ufeffwith a mark', 'Zürich 😀 東京', 'a text that is longer than twelve bytes'];

interface Answers {
  readonly type: string;
  /** Base64 of each vector, by how the texts were written. */
  readonly forms: Readonly<Record<string, readonly string[]>>;
  readonly ids: readonly (number | null)[];
  readonly json: readonly (readonly number[])[];
  readonly echo: readonly number[];
  readonly null: readonly [number, string];
  readonly empty: readonly [number, string];
  readonly compressed: readonly [number, string];
  readonly docs: readonly object[];
}

const python = pythonWith(['pyarrow==26.0.1']);
const itWithPython = python === undefined ? it.skip : it;

/** x [rows] -> y [rows], whole numbers of 64 bits as they are. */
const echo = () => onnxGraph({
  inputs: [{ name: 'x', dtype: 'int64', axes: ['rows'] }],
  outputs: [{ name: 'y', dtype: 'int64', axes: ['rows'] }],
  nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['y'] }],
});

describe('Arrow over HTTP', () => {
  let folder: ModelFolder;
  let server: CortexProcess;
  let headers: Record<string, string>;
  let golden: readonly string[];

  beforeAll(async () => {
    folder = await ModelFolder.with({ 'big/1': echo() });
    server = await CortexProcess.start({ MODEL_DIR: folder.path });
    headers = { ...(await server.headers()), 'cache-control': 'no-store' };
    golden = await embeddedByJson(TEXTS);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  function post(path: string, body: string | Uint8Array, types: { readonly in?: string; readonly out?: string } = {}): Promise<Response> {
    return fetch(`${server.url}${path}`, { method: 'POST', headers: { ...headers, 'content-type': types.in ?? ARROW, accept: types.out ?? ARROW }, body });
  }

  async function table(path: string, rows: Table): Promise<Table> {
    const response = await post(path, tableToIPC(rows, 'stream'));
    if (!response.ok) throw new Error(await response.text());
    return tableFromIPC(new Uint8Array(await response.arrayBuffer()));
  }

  /** By the route that takes an empty text too. */
  async function embeddedByJson(texts: readonly string[]): Promise<string[]> {
    const response = await post('/embed', JSON.stringify({ inputs: texts }), { in: 'application/json', out: 'application/json' });
    return ((await response.json()) as number[][]).map((vector) => base64(Float32Array.from(vector)));
  }

  const vectorsOf = (answer: Table) => Array.from(answer.getChild('embedding')!, (row) => base64(Float32Array.from(row as Iterable<number>)));

  it.each<[string, () => Table]>([
    ['text', () => tableFromArrays({ text: vectorFromArray(TEXTS, new Utf8()) as never })],
    ['text in a dictionary', () => new Table({ text: vectorFromArray(TEXTS, new Dictionary(new Utf8(), new Int32())) })],
    ['several batches', () => new Table({ text: vectorFromArray(TEXTS.slice(0, 2), new Utf8()) }).concat(new Table({ text: vectorFromArray(TEXTS.slice(2), new Utf8()) }))],
  ])('gives the vectors of the JSON route, bit for bit, for %s', async (_what, rows) => {
    expect(vectorsOf(await table('/embed', rows()))).toEqual(golden);
  });

  it('gives the same on the OpenAI route, ids beside them', async () => {
    const rows = new Table({ id: vectorFromArray(['a', 'b', null]), text: vectorFromArray(['first', TEXTS[3], TEXTS[4]], new Utf8()) });
    const answer = await table('/v1/embeddings?model=cortex-embed-en', rows);
    expect(Array.from(answer.getChild('id')!)).toEqual(['a', 'b', null]);
    expect(vectorsOf(answer)).toEqual([golden[0], golden[3], golden[4]]);
    const openAi = await post('/v1/embeddings', JSON.stringify({ model: 'cortex-embed-en', input: 'first', encoding_format: 'base64' }), { in: 'application/json', out: 'application/json' });
    expect(((await openAi.json()) as { data: { embedding: string }[] }).data[0]!.embedding).toBe(golden[0]);
  });

  it('gives a thousand vectors in one answer', async () => {
    const texts = Array.from({ length: 1_024 }, (_, index) => `the text of row ${index}`);
    const answer = await table('/embed', new Table({ id: vectorFromArray(texts.map((_, index) => index), new Int32()), text: vectorFromArray(texts, new Utf8()) }));
    expect([answer.numRows, answer.getChild('id')!.get(1_023)]).toEqual([1_024, 1_023]);
    expect(vectorsOf(answer)).toEqual(await embeddedByJson(texts));
  });

  it('keeps whole numbers of 64 bits', async () => {
    const values = [2n ** 60n, -(2n ** 63n), 7n];
    const answer = await table('/v2/models/big/infer', tableFromArrays({ x: BigInt64Array.from(values) }));
    expect(Array.from(answer.getChild('y')!)).toEqual(values);
    expect(Array.from((await table('/v2/models/big/versions/1/infer', tableFromArrays({ x: BigInt64Array.from(values) }))).getChild('y')!)).toEqual(values);
  });

  it('says what is wrong, in the form of the protocol', async () => {
    const refusals: [string, Uint8Array, number, RegExp][] = [
      ['/embed', tableToIPC(new Table({ text: vectorFromArray(['a', null], new Utf8()) }), 'stream'), 400, /column 'text': row 1 is null/],
      ['/embed?column=body', tableToIPC(tableFromArrays({ text: ['a'] }), 'stream'), 400, /column 'body': there is none/],
      ['/embed', tableToIPC(tableFromArrays({ text: ['a'] }), 'stream').subarray(0, 100), 400, /it is cut off/],
      ['/embed', tableToIPC(tableFromArrays({ text: ['a'] }), 'file'), 400, /this is an Arrow file/],
      ['/v2/models/big/infer', tableToIPC(tableFromArrays({ x: Float32Array.of(1) }), 'stream'), 400, /'x'/],
      ['/embed', tableToIPC(tableFromArrays({ text: Array.from({ length: 2_049 }, () => 'a') }), 'stream'), 413, /more rows than the limit of 2048/],
    ];
    for (const [path, body, status, message] of refusals) {
      const response = await post(path, body);
      expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([status, expect.stringMatching(message)]);
    }
  });

  itWithPython('speaks with pyarrow, whatever it writes text as', async () => {
    const answers = await runPython<Answers>(python!, 'arrow_client.py', [server.url, await server.key()]);
    expect(answers.type).toBe('fixed_size_list<item: float>[384]');
    for (const vectors of Object.values(answers.forms)) expect(vectors).toEqual(golden);
    expect(answers.json.map((vector) => base64(Float32Array.from(vector)))).toEqual(golden);
    expect(answers.ids).toEqual([2 ** 60, null]);
    expect(answers.echo).toEqual([2 ** 60, -(2 ** 63), 7]);
    expect(answers.docs).toEqual([
      { id: 'a', slices: ['😀 One.'], engines: { sents: expect.stringMatching(/^cortex-sentences@/) as string } },
      { id: 'b', slices: ['Two.', 'Three.'], engines: { sents: expect.stringMatching(/^cortex-sentences@/) as string } },
    ]);
    expect(answers.null).toEqual([400, "column 'text': row 1 is null"]);
    expect(answers.empty).toEqual([400, expect.stringContaining('empty list')]);
    expect(answers.compressed).toEqual([400, expect.stringContaining('compressed bodies are not read here; write it without compression')]);
  });
});

function base64(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}
