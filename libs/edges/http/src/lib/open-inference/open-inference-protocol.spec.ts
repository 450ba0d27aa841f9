import { deflateSync, gzipSync } from 'node:zlib';
import { ADMIN, serve, type Served } from '../../testing/served';

const tiny = '/v2/models/tiny/infer';
const x = (differs: object = {}) => ({ name: 'x', shape: [2, 2], datatype: 'FP32', data: [1, 2, 3, 4], ...differs });

describe('OpenInferenceProtocol', () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve({ maxRowsPerRequest: 8, maxBodyBytes: 1_000_000 });
  });
  afterAll(() => served[Symbol.asyncDispose]());
  beforeEach(() => {
    served.texts.requests.length = 0;
    served.texts.truncated = 0;
    served.orchestrator.run = ({ x: input }) => ({ y: input! });
  });

  function post(url: string, payload?: object | string | Buffer, headers: Readonly<Record<string, string>> = {}) {
    return served.fastify.inject({ method: 'POST', url, payload, headers: { ...ADMIN, ...headers } });
  }

  describe('infer', () => {
    it('answers with the outputs, the version and the id', async () => {
      const response = await post(tiny, { id: 'a "b"', inputs: [x()] });
      expect(response.json()).toEqual({
        model_name: 'tiny', model_version: '1', id: 'a "b"',
        outputs: [{ name: 'y', datatype: 'FP32', shape: [2, 2], data: [1, 2, 3, 4] }],
      });
    });

    it('reads nested data, and needs no content type', async () => {
      const body = Buffer.from(JSON.stringify({ inputs: [x({ data: [[1, 2], [3, 4]] })] }));
      expect((await post(tiny, body)).json().outputs[0].data).toEqual([1, 2, 3, 4]);
      expect((await post(tiny, body, { 'content-type': 'application/x-www-form-urlencoded' })).statusCode).toBe(200);
    });

    it('reads and writes binary tensors', async () => {
      const json = JSON.stringify({ inputs: [x({ data: undefined, parameters: { binary_data_size: 16 } })], outputs: [{ name: 'y', parameters: { binary_data: true } }] });
      const tensor = Buffer.from(Float32Array.of(1, NaN, Infinity, -0).buffer);
      const response = await post(tiny, Buffer.concat([Buffer.from(json), tensor]), { 'inference-header-content-length': String(json.length) });
      const length = Number(response.headers['inference-header-content-length']);
      expect(response.headers['content-type']).toBe('application/octet-stream');
      expect(JSON.parse(response.rawPayload.subarray(0, length).toString()).outputs).toEqual([{ name: 'y', datatype: 'FP32', shape: [2, 2], parameters: { binary_data_size: 16 } }]);
      expect(response.rawPayload.subarray(length)).toEqual(tensor);
    });

    it.each([[undefined, 200], ['*/*', 200], ['application/json', 200], ['application/octet-stream', 200], ['text/html', 406]])('answers who accepts %s with %i', async (accept, status) => {
      expect((await post(tiny, { inputs: [x()] }, accept === undefined ? {} : { accept })).statusCode).toBe(status);
    });

    it('gives all outputs in binary where the request says so, except where an output says otherwise', async () => {
      served.orchestrator.run = ({ x: input }) => ({ y: input!, z: input! });
      served.orchestrator.signature = { ...served.orchestrator.signature, outputs: ['y', 'z'].map((name) => ({ name, dtype: 'float32' as const, axes: ['rows', 'width'] })) };
      await using own = await serve();
      Object.assign(own.orchestrator, { run: served.orchestrator.run, signature: served.orchestrator.signature });
      const payload = { inputs: [x()], parameters: { binary_data_output: true }, outputs: [{ name: 'z', parameters: { binary_data: false } }, { name: 'y' }] };
      const response = await own.fastify.inject({ method: 'POST', url: tiny, payload, headers: ADMIN });
      const length = Number(response.headers['inference-header-content-length']);
      expect(JSON.parse(response.rawPayload.subarray(0, length).toString()).outputs).toMatchObject([{ name: 'z', data: [1, 2, 3, 4] }, { name: 'y', parameters: { binary_data_size: 16 } }]);
      expect(own.orchestrator.works[0]!.outputs).toEqual(['z', 'y']);
    });

    it.each([['gzip', gzipSync], ['deflate', deflateSync]])('inflates %s', async (encoding, compress) => {
      const response = await post(tiny, compress(JSON.stringify({ inputs: [x()] })), { 'content-encoding': encoding });
      expect(response.json().outputs[0].data).toEqual([1, 2, 3, 4]);
    });

    it.each([['gzip', gzipSync], ['deflate', deflateSync]])('stops a %s bomb at the limit', async (encoding, compress) => {
      const bomb = compress(Buffer.alloc(50_000_000, ' '));
      expect(bomb.length).toBeLessThan(100_000);
      const response = await post(tiny, bomb, { 'content-encoding': encoding });
      expect(response.statusCode).toBe(413);
      expect(response.json().error).toContain('1000000 bytes');
    });

    it.each([['br', 415], ['gzip, gzip', 415], ['gzip', 400]])('refuses what does not inflate as %s', async (encoding, status) => {
      expect((await post(tiny, '{}', { 'content-encoding': encoding })).statusCode).toBe(status);
    });

    it.each<[string, object | string, string]>([
      ['no body', '', 'expected object, got nothing'],
      ['a list', '[]', 'expected object, got a list of 0'],
      ['no inputs', {}, 'inputs: expected array, got nothing'],
      ['an empty list of inputs', { inputs: [] }, 'inputs: expected at least 1 items'],
      ['no name', { inputs: [x({ name: undefined })] }, 'inputs[0].name: expected string, got nothing'],
      ['an unknown input', { inputs: [x({ name: 'nothing' })] }, "unknown input 'nothing', the model takes: x"],
      ['an input twice', { inputs: [x(), x()] }, 'the name x stands twice'],
      ['__proto__ as a name', { inputs: [x({ name: '__proto__' })] }, "unknown input '__proto__'"],
      ['an unknown type', { inputs: [x({ datatype: 'FP8' })] }, 'got string "FP8"'],
      ['another type', { inputs: [x({ datatype: 'INT64' })] }, 'has type int64, expected float32'],
      ['another rank', { inputs: [x({ shape: [4] })] }, 'has shape [4], expected [-1,-1]'],
      ['a shape that is larger than the data', { inputs: [x({ shape: [2, 1_000_000_000] })] }, 'data has 4 elements'],
      ['a shape beyond all numbers', { inputs: [x({ shape: [2 ** 53 - 1, 2 ** 53 - 1] })] }, 'data has 4 elements'],
      ['a negative size', { inputs: [x({ shape: [-1, 2] })] }, 'inputs[0].shape[0]: expected at least 0, got number -1'],
      ['a fraction in the shape', { inputs: [x({ shape: [1.5, 2] })] }, 'inputs[0].shape[0]: expected int, got number 1.5'],
      ['no data', { inputs: [x({ data: undefined })] }, "input 'x': expected data as a list, got nothing"],
      ['text in numbers', { inputs: [x({ data: [1, 2, 'a', 4] })] }, 'data[2]: expected an element of FP32, got string "a"'],
      ['null in numbers', { inputs: [x({ data: [1, null, 3, 4] })] }, 'data[1]: expected an element of FP32, got null'],
      ['a number beyond float32', { inputs: [x({ data: [1, 2, 3, 1e39] })] }, 'data[3]: expected an element of FP32'],
      ['a number beyond all', '{"inputs":[{"name":"x","shape":[1,1],"datatype":"FP32","data":[1e999]}]}', 'data[0]'],
      ['uneven rows', { inputs: [x({ data: [[1, 2, 3], [4]] })] }, 'expected a list of 2 at axis 1'],
      ['rows too deep', { inputs: [x({ data: [[[1], [2]], [[3], [4]]] })] }, 'data[0]: expected an element of FP32, got a list of 1'],
      ['an unknown output', { inputs: [x()], outputs: [{ name: 'q' }] }, 'unknown output q, the model gives: y'],
      ['an output twice', { inputs: [x()], outputs: [{ name: 'y' }, { name: 'y' }] }, 'a name stands twice'],
      ['shared memory', { inputs: [x({ parameters: { shared_memory_region: 'r' } })] }, 'shared_memory_region is not supported'],
      ['classification', { inputs: [x()], outputs: [{ name: 'y', parameters: { classification: 3 } }] }, 'classification is not supported'],
      ['binary bytes that are not there', { inputs: [x({ data: undefined, parameters: { binary_data_size: 16 } })] }, 'only 0 bytes are left'],
      ['data and binary at once', { inputs: [x({ parameters: { binary_data_size: 0 } })] }, 'exclude each other'],
    ])('refuses %s', async (_, payload, message) => {
      const response = await post(tiny, payload, { 'content-type': 'application/json' });
      expect(response.json().error).toContain(message);
      expect(response.statusCode).toBe(400);
    });

    it.each([['99', 'expected at most the 2 bytes of the body'], ['-1', 'a whole number'], ['2abc', 'a whole number'], ['1', 'not valid JSON']])('refuses a binary header of %s bytes on a body of 2', async (length, message) => {
      const response = await post(tiny, '{}', { 'inference-header-content-length': length });
      expect(response.statusCode).toBe(400);
      expect(response.json().error).toContain(message);
    });

    it('refuses bytes that belong to no input', async () => {
      const json = JSON.stringify({ inputs: [x()] });
      const response = await post(tiny, `${json}xxxx`, { 'inference-header-content-length': String(json.length) });
      expect(response.json().error).toContain('4 bytes follow the JSON');
    });

    it('survives a body that is nested as deep as the limit allows', async () => {
      const depth = 400_000;
      const response = await post(tiny, `{"inputs":[{"name":"x","shape":[1,1],"datatype":"FP32","data":${'['.repeat(depth)}${']'.repeat(depth)}}]}`);
      expect(response.statusCode).toBe(400);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });

    it('lets no key of a body reach a prototype', async () => {
      const response = await post(tiny, `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"inputs":[{"__proto__":{"name":"q"},"name":"x","shape":[1,1],"datatype":"FP32","data":[1]}],"parameters":{"__proto__":{"polluted":1}}}`);
      expect(response.statusCode).toBe(200);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });

    it('refuses more rows than the limit, and names it', async () => {
      const response = await post(tiny, { inputs: [x({ shape: [9, 1], data: Array(9).fill(0) })] });
      expect(response.statusCode).toBe(413);
      expect(response.json().error).toBe('x has 9 rows, the limit of one request is 8');
    });

    it('refuses NaN in a JSON answer with 422', async () => {
      served.orchestrator.run = () => ({ y: { dtype: 'float32', shape: [1, 1], data: Float32Array.of(NaN) } });
      const response = await post(tiny, { inputs: [x()] });
      expect(response.statusCode).toBe(422);
      expect(response.headers['x-cortex-error-code']).toBe('INFERENCE.NOT_FINITE');
    });

    it.each([['/v2/models/tiny%401/infer', 200], ['/v2/models/tiny@1+fp32/infer', 200], ['/v2/models/tiny+fp32/versions/1/infer', 200], ['/v2/models/tiny@1/versions/1/infer', 400], ['/v2/models/tiny/versions/7/infer', 404], ['/v2/models/tiny+int8/infer', 404], ['/v2/models/nothing/infer', 404]])('reads the model of %s', async (url, status) => {
      expect((await post(url, { inputs: [x()] })).statusCode).toBe(status);
    });

    it('names what exists where a model does not', async () => {
      expect((await post('/v2/models/nothing/infer', { inputs: [x()] })).json().error).toContain('tiny');
    });
  });

  describe('infer on text', () => {
    const text = (shape: readonly number[], data: readonly unknown[]) => ({ inputs: [{ name: 'text', shape, datatype: 'BYTES', data }] });

    it('answers with the embedding', async () => {
      const response = await post('/v2/models/cortex-embed-small/infer', text([2], ['a', '']));
      expect(response.json().outputs).toMatchObject([{ name: 'embedding', datatype: 'FP32', shape: [2, 4] }]);
      expect(served.texts.requests).toEqual([{ model: 'cortex-embed-small', texts: ['a', ''], truncate: false }]);
    });

    it('cuts only when asked, and says so', async () => {
      served.texts.truncated = 1;
      const response = await post('/v2/models/cortex-embed-small/infer', { ...text([1, 1], ['a']), parameters: { truncate: true } });
      expect(served.texts.requests).toMatchObject([{ truncate: true }]);
      expect(response.headers['x-cortex-truncated']).toBe('1');
    });

    it('answers with scores and logits of a classifier', async () => {
      const response = await post('/v2/models/judge/infer', text([1, 2], ['a', 'b']));
      expect(response.json().outputs).toMatchObject([{ name: 'scores', shape: [1, 2], data: [0.25, 0.75] }, { name: 'logits', data: [1, 3] }]);
      expect(served.texts.requests).toMatchObject([{ texts: [['a', 'b']] }]);
    });

    it('ranks pairs, each row with its own query', async () => {
      const response = await post('/v2/models/ranker/infer', text([3, 2], ['q', 'aa', 'r', 'bbb', 'q', 'c']));
      expect(response.json().outputs).toMatchObject([{ name: 'scores', shape: [3, 1] }, { name: 'logits', data: [2, 3, 1] }]);
      expect(served.texts.requests).toMatchObject([{ query: 'q', documents: ['aa', 'c'] }, { query: 'r', documents: ['bbb'] }]);
    });

    it('answers with the annotations of a token classifier, a JSON object a text', async () => {
      const response = await post('/v2/models/tagger/infer', text([2, 1], ['Ada', '']));
      const [annotations] = response.json().outputs;
      expect(annotations).toMatchObject({ name: 'annotations', datatype: 'BYTES', shape: [2] });
      expect(annotations.data.map((json: string) => JSON.parse(json))).toMatchObject([{ windows: 1, spans: { ner: [{ start: 0, stop: 3, label: 'PER' }] } }, { windows: 1 }]);
      expect(served.texts.requests).toEqual([{ model: 'tagger', texts: ['Ada', ''] }]);
    });

    it.each([['ranker', [1]], ['judge', [1, 1, 1]], ['tagger', [1, 2]], ['cortex-embed-small', [0]]])('refuses what %s cannot read in the shape %j', async (name, shape) => {
      expect((await post(`/v2/models/${name}/infer`, text(shape, shape[0] === 0 ? [] : Array<string>(shape.reduce((a, b) => a * b)).fill('a')))).statusCode).toBe(400);
    });

    it('refuses an output that the head does not give', async () => {
      expect((await post('/v2/models/cortex-embed-small/infer', { ...text([1], ['a']), outputs: [{ name: 'scores' }] })).json().error).toContain('the model gives: embedding');
    });
  });

  describe('repository', () => {
    it("answers Triton's own client: an index without a body, load and unload without a content type", async () => {
      await post('/v2/models/tiny/infer', { inputs: [x()] });
      const index = (await post('/v2/repository/index')).json();
      expect(index).toContainEqual({ name: 'tiny', version: '1', state: 'READY', reason: '' });
      expect(index).toContainEqual({ name: 'judge', version: '1', state: 'READY', reason: 'loads at its first request' });
      expect((await post('/v2/repository/models/tiny/unload', Buffer.from('{"parameters":{"unload_dependents":false}}'))).statusCode).toBe(200);
      expect((await post('/v2/repository/models/tiny@1/load')).statusCode).toBe(200);
      expect(served.orchestrator.changes).toEqual(['unload tiny', 'load tiny@1']);
    });

    it('lists what is ready only, when asked', async () => {
      await post('/v2/models/tiny/infer', { inputs: [x()] });
      const index = (await post('/v2/repository/index', { ready: true })).json();
      expect(index.every(({ state }: { state: string }) => state === 'READY')).toBe(true);
      expect(index.length).toBeGreaterThan(0);
    });
  });

  describe('metadata', () => {
    it('describes server and model', async () => {
      expect((await served.fastify.inject({ url: '/v2', headers: ADMIN })).json()).toMatchObject({ extensions: expect.arrayContaining(['binary_tensor_data', 'statistics']) });
      expect((await served.fastify.inject({ url: '/v2/models/judge', headers: ADMIN })).json()).toMatchObject({
        name: 'judge', versions: ['1'], platform: 'onnxruntime_onnx', inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, -1] }], version: '1', variant: 'fp32', batchInvariant: true, fidelity: 1,
      });
    });

    it("counts in the schema of Triton's statistics", async () => {
      await post('/v2/models/tiny/infer', { inputs: [x()] });
      const { model_stats: stats } = (await served.fastify.inject({ url: '/v2/models/tiny/versions/1/stats', headers: ADMIN })).json();
      expect(stats).toMatchObject([{ name: 'tiny', version: '1', inference_stats: { success: { count: 2, ns: 1_500_000 }, compute_input: { count: 0, ns: 0 } }, batch_stats: [{ batch_size: 2, compute_infer: { count: 2, ns: 1_500_000 } }] }]);
    });
  });
});
