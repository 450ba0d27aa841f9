import { readTensorTable, tensorStream } from '@cortex/arrow';
import type { Tensor } from '@cortex/inference';
import { tableFromArrays, tableFromIPC, tableToIPC, type Table } from 'apache-arrow';
import { ADMIN, serve, type Served } from '../../testing/served';
import { ARROW_TYPE, JSON_TYPE } from '../content';

const IN = { 'content-type': ARROW_TYPE };
const OUT = { accept: ARROW_TYPE };

describe('bodies in Arrow', () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve({ maxRowsPerRequest: 8, maxBodyBytes: 10_000 });
  });
  afterAll(() => served[Symbol.asyncDispose]());
  beforeEach(() => {
    served.texts.requests.length = 0;
    served.texts.truncated = 0;
    served.orchestrator.run = ({ x }) => ({ y: x! });
  });

  function post(url: string, body: Table | Uint8Array | object, headers: Readonly<Record<string, string>> = IN) {
    const payload = body instanceof Uint8Array ? Buffer.from(body) : isTable(body) ? Buffer.from(tableToIPC(body, 'stream')) : body;
    return served.fastify.inject({ method: 'POST', url, payload, headers: { ...ADMIN, ...headers } });
  }

  const texts = () => tableFromArrays({ text: ['ab', 'c'] });
  const VECTORS = [[2, Math.fround(0.1), -0.25, Math.fround(1 / 3)], [1, Math.fround(0.1), -0.25, Math.fround(1 / 3)]];
  const rowsOf = (payload: Buffer, name: string) => Array.from(tableFromIPC(payload).getChild(name)!, (row) => Array.from(row as Iterable<number>));

  describe.each([
    ['/v1/embeddings', '/v1/embeddings?model=cortex-embed-small', { model: 'cortex-embed-small', input: ['ab', 'c'] }],
    ['/embed', '/embed', { inputs: ['ab', 'c'] }],
  ])('POST %s', (plain, url, json) => {
    it('answers Arrow with Arrow, with the ids and the model', async () => {
      const response = await post(url, tableFromArrays({ id: ['first', 'second'], text: ['ab', 'c'] }), { ...IN, ...OUT });
      expect([response.statusCode, response.headers['content-type']]).toEqual([200, ARROW_TYPE]);
      const table = tableFromIPC(response.rawPayload);
      expect(table.schema.fields.map(({ name, type }) => `${name}: ${type}`)).toEqual(['id: Dictionary<Int32, Utf8>', 'embedding: FixedSizeList[4]<Float32>']);
      expect(Array.from(table.getChild('id')!)).toEqual(['first', 'second']);
      expect(rowsOf(response.rawPayload, 'embedding')).toEqual(VECTORS);
      expect(table.schema.metadata).toEqual(new Map([['model_name', 'cortex-embed-small'], ['model_version', '1'], ['model_variant', 'fp32']]));
    });

    it('answers JSON with Arrow where it is asked for', async () => {
      expect(rowsOf((await post(plain, json, OUT)).rawPayload, 'embedding')).toEqual(VECTORS);
    });

    it.each([undefined, '*/*', 'application/json', 'application/json, application/vnd.apache.arrow.stream;q=0.5'])('answers Arrow with JSON to who accepts %s', async (accept) => {
      const response = await post(url, texts(), { ...IN, ...(accept && { accept }) });
      const asJson = await post(plain, json, {});
      expect(response.json()).toEqual(asJson.json());
    });

    it('reads the columns that are named', async () => {
      const separator = url.includes('?') ? '&' : '?';
      const table = tableFromArrays({ body: ['ab', 'c'], key: Int32Array.of(7, 8), text: ['not', 'these'] });
      const response = await post(`${url}${separator}column=body&id_column=key`, table, { ...IN, ...OUT });
      expect(Array.from(tableFromIPC(response.rawPayload).getChild('id')!)).toEqual([7, 8]);
      expect(served.texts.requests).toEqual([expect.objectContaining({ texts: ['ab', 'c'] })]);
    });

    it.each<[string, Table | Uint8Array, number, string]>([
      ['a null', tableFromArrays({ text: ['a', null] }), 400, "column 'text': row 1 is null"],
      ['no such column', tableFromArrays({ other: ['a'] }), 400, "column 'text': there is none, the columns are: other"],
      ['numbers', tableFromArrays({ text: Int32Array.of(1) }), 400, "column 'text': expected text (utf8), got Int32"],
      ['no rows', tableFromArrays({ text: ['a'] }).slice(0, 0), 400, 'got an empty list'],
      ['more rows than the limit', tableFromArrays({ text: 'abcdefghi'.split('') }), 413, 'the Arrow body has more rows than the limit of 8'],
      ['more text than the limit', tableFromArrays({ text: Array.from({ length: 8 }, () => 'x'.repeat(2_000)) }), 413, 'the Arrow body has more characters of text than the limit of 10000'],
      ['nothing', new Uint8Array(0), 400, 'the Arrow stream: it ends before its schema'],
      ['JSON', Buffer.from('{"input":["a"]}'), 400, 'it does not begin as a message of an Arrow stream does'],
    ])('refuses %s in the form of its protocol', async (_what, body, status, message) => {
      const response = await post(url, body, { ...IN, ...OUT });
      expect([response.statusCode, response.headers['content-type']]).toEqual([status, JSON_TYPE]);
      const { error } = response.json();
      expect(error.message ?? error).toContain(message);
    });

    it('names what it reads to who sends something else', async () => {
      const response = await post(url, Buffer.from('x'), { 'content-type': 'application/vnd.apache.arrow.file' });
      expect(response.statusCode).toBe(415);
      expect(response.body).toContain('expected application/json or application/vnd.apache.arrow.stream');
    });

    it('says how many texts were cut', async () => {
      served.texts.truncated = 1;
      expect((await post(url, texts(), { ...IN, ...OUT })).headers['x-cortex-truncated']).toBe('1');
    });
  });

  it('takes the options of a request from the address', async () => {
    await post('/v1/embeddings?model=m&dimensions=2', texts());
    await post('/embed?model=m&dimensions=2&normalize=false&truncate=true', texts());
    expect(served.texts.requests).toEqual([
      { model: 'm', texts: ['ab', 'c'], truncate: false, dimensions: 2 },
      { model: 'm', texts: ['ab', 'c'], truncate: true, normalize: false, dimensions: 2 },
    ]);
  });

  it.each([['/v1/embeddings', 'model'], ['/v1/embeddings?model=m&dimensions=x', 'dimensions'], ['/embed?truncate=perhaps', 'truncate'], ['/embed?column=', 'column']])('refuses %s, naming %s', async (url, field) => {
    const response = await post(url, texts());
    expect(response.statusCode).toBe(400);
    expect(response.body).toContain(`${field}: `);
  });

  it('is not read where a route does not take it', async () => {
    expect((await post('/predict', texts())).statusCode).toBe(415);
    expect((await post('/predict', { inputs: 'a' }, OUT)).statusCode).toBe(406);
  });

  describe.each(['/v2/models/tiny/infer', '/v2/models/tiny/versions/1/infer'])('POST %s', (url) => {
    const data = Float32Array.of(1, NaN, -0, Infinity, 1e-40, 2);
    const x = { dtype: 'float32', shape: [3, 2], data } as const;
    const numbers = (more: readonly [string, Tensor][] = []) => tensorStream([['x', x], ...more]);

    it('reads a column as an input and writes an output as a column, to the bit', async () => {
      const response = await post(url, numbers(), { ...IN, ...OUT });
      const { schema } = tableFromIPC(response.rawPayload);
      expect(readTensorTable(response.rawPayload, {}, { rows: 8, bytes: 0 }).tensors).toEqual({ y: x });
      expect(schema.metadata.get('model_name')).toBe('tiny');
      expect(schema.fields[0]!.metadata.get('ARROW:extension:metadata')).toBe('{"shape":[2]}');
      expect(served.orchestrator.works.at(-1)!.inputs['x']).toEqual(x);
    });

    it('answers JSON with Arrow and Arrow with JSON', async () => {
      const json = { inputs: [{ name: 'x', shape: [1, 2], datatype: 'FP32', data: [1, 2] }] };
      const inArrow = await post(url, json, OUT);
      expect(readTensorTable(inArrow.rawPayload, {}, { rows: 8, bytes: 0 }).tensors['y']!.data).toEqual(Float32Array.of(1, 2));
      const inJson = await post(url, tensorStream([['x', { dtype: 'float32', shape: [1, 2], data: Float32Array.of(1, 2) }]]));
      expect(inJson.json()).toEqual((await post(url, json, {})).json());
    });

    it('takes the columns that are named as inputs, and gives ids back', async () => {
      const table = numbers([['row', { dtype: 'int64', shape: [3], data: BigInt64Array.of(1n, 2n, 2n ** 60n) }], ['more', { dtype: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) }]]);
      const response = await post(`${url}?column=x&id_column=row`, table, { ...IN, ...OUT });
      expect(Array.from(tableFromIPC(response.rawPayload).getChild('id')!)).toEqual([1n, 2n, 2n ** 60n]);
    });

    it.each<[string, string, Uint8Array, number, string]>([
      ['inputs that the model does not have', '', numbers([['z', { dtype: 'int8', shape: [3], data: Int8Array.of(1, 2, 3) }]]), 400, "unknown input 'z'"],
      ['a shape that the model does not take', '', tensorStream([['x', { dtype: 'float32', shape: [1], data: Float32Array.of(1) }]]), 400, "input 'x'"],
      ['a column that is not there', '?column=z', numbers(), 400, "column 'z': there is none, the columns are: x"],
      ['no column', '', tensorStream([]), 400, 'expected at least 1 column'],
      ['more rows than the limit', '', tensorStream([['x', { dtype: 'float32', shape: [9, 1], data: new Float32Array(9) }]]), 413, 'more rows than the limit of 8'],
    ])('refuses %s', async (_what, query, body, status, message) => {
      const response = await post(url + query, body, { ...IN, ...OUT });
      expect([response.statusCode, response.headers['content-type']]).toEqual([status, JSON_TYPE]);
      expect(response.json().error).toContain(message);
    });

    it('refuses outputs that share no rows, with the advice to ask for JSON', async () => {
      served.orchestrator.run = () => ({ y: x, z: { dtype: 'float32', shape: [1], data: Float32Array.of(1) } });
      const response = await post(url, numbers(), { ...IN, ...OUT });
      expect(response.statusCode).toBe(422);
      expect(response.json().error).toBe("output 'z': its shape is [1], a table of 3 rows cannot hold it; ask for it in JSON");
    });
  });

  it('gives a text model its texts, ids beside them', async () => {
    const table = tableFromArrays({ id: Int32Array.of(7, 8), text: ['ab', 'c'] });
    const response = await post('/v2/models/cortex-embed-small/infer?truncate=true', table, { ...IN, ...OUT });
    expect(rowsOf(response.rawPayload, 'embedding')).toEqual(VECTORS);
    expect(Array.from(tableFromIPC(response.rawPayload).getChild('id')!)).toEqual([7, 8]);
    expect(served.texts.requests).toEqual([expect.objectContaining({ texts: ['ab', 'c'], truncate: true })]);
  });
});

function isTable(body: object): body is Table {
  return 'schema' in body;
}
