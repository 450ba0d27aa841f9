import { CortexError, DeadlineExceededError, type ErrorKind } from '@cortex/kernel';
import { ADMIN, serve, type Served } from '../testing/served';

const KINDS: readonly (readonly [ErrorKind, number])[] = [
  ['invalid', 400], ['unauthenticated', 401], ['forbidden', 403], ['not-found', 404], ['unacceptable', 406], ['expired', 408], ['cancelled', 499], ['conflict', 409],
  ['too-large', 413], ['unsupported', 415], ['unprocessable', 422], ['overloaded', 429], ['upstream', 502], ['upstream-timeout', 504], ['unavailable', 503],
];

class SomeError extends CortexError {
  readonly code = 'TEST.SOME';

  constructor(readonly kind: ErrorKind, override readonly retryAfterMs?: number, override readonly field?: string) {
    super('it went so');
  }
}

/** One address a form, with a body that reaches the models. */
const FORMS = [
  ['openai', '/v1/embeddings', { model: 'm', input: 'a' }, { error: { message: 'it went so', type: expect.any(String), param: null, code: 'TEST.SOME' } }],
  ['text-embeddings-inference', '/embed', { inputs: 'a' }, { error: 'it went so', error_type: expect.any(String) }],
  ['jina', '/v1/rerank', { query: 'q', documents: ['d'] }, { detail: 'it went so' }],
  ['cohere', '/v2/rerank', { query: 'q', documents: ['d'] }, { message: 'it went so' }],
  ['open-inference', '/v2/models/judge/infer', { inputs: [{ name: 'text', shape: [1], datatype: 'BYTES', data: ['a'] }] }, { error: 'it went so' }],
] as const;

describe('errors', () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve({ maxBodyBytes: 1_000 });
  });
  afterAll(() => served[Symbol.asyncDispose]());
  afterEach(() => void (served.texts.failure = undefined));

  describe.each(FORMS)('in the form of %s', (_, url, payload, expected) => {
    it.each(KINDS)('answers %s with %i', async (kind, status) => {
      served.texts.failure = new SomeError(kind);
      const response = await served.fastify.inject({ method: 'POST', url, payload, headers: ADMIN });
      expect(response.statusCode).toBe(status);
      expect(response.json()).toEqual(expected);
      expect(response.headers['x-cortex-error-code']).toBe('TEST.SOME');
      expect('retry-after' in response.headers).toBe(status === 429 || status === 503);
    });

    it('hides what a bug says, and names the request', async () => {
      served.texts.failure = new Error('ENOENT /home/somebody/secret.onnx');
      const response = await served.fastify.inject({ method: 'POST', url, payload, headers: { ...ADMIN, 'x-request-id': 'req-7' } });
      expect(response.statusCode).toBe(500);
      expect(response.body).toContain('req-7');
      expect(response.body).not.toMatch(/secret|home|at .*\.ts/);
    });

    it.each([
      ['malformed JSON', '{"a":', 'application/json', 400],
      ['a body above the limit', `"${'x'.repeat(1_000)}"`, 'application/json', 413],
    ])('refuses %s', async (_name, body, type, status) => {
      const response = await served.fastify.inject({ method: 'POST', url, payload: body, headers: { ...ADMIN, 'content-type': type } });
      expect(response.statusCode).toBe(status);
      expect(Object.keys(response.json())).toEqual(Object.keys(expected));
      if (status === 413) expect(response.body).toContain('1000 bytes');
    });
  });

  it('is a problem document on the own routes, and where nothing answers', async () => {
    const response = await served.fastify.inject({ url: '/v1/nothing/here?key=secret', headers: { ...ADMIN, 'x-request-id': 'req-8' } });
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(response.json()).toEqual({
      type: 'urn:cortex:error:REQUEST.ROUTE_NOT_FOUND', title: 'Not Found', status: 404, code: 'REQUEST.ROUTE_NOT_FOUND', instance: 'req-8',
      detail: 'nothing answers GET /v1/nothing/here; GET /openapi.json lists what does',
    });
  });

  it.each([
    ['/v2/models', 'error'],
    ['/v2/models/tiny/nothing', 'error'],
    ['/v1/embeddings/nothing', 'error'],
    ['/v1/rerank', 'detail'],
    ['/v2/rerank', 'message'],
    ['/embed/nothing', 'error'],
    ['/embedding', 'detail'],
    ['/', 'detail'],
  ])('answers an unknown GET %s in the form of its neighbours', async (url, key) => {
    const response = await served.fastify.inject({ url, headers: ADMIN });
    expect(response.statusCode).toBe(404);
    expect(response.json()).toHaveProperty(key);
  });

  it.each(['/v2/models/%zz', '/%'])('answers the unreadable address %s', async (url) => {
    const response = await served.fastify.inject({ url, headers: ADMIN });
    expect(response.statusCode).toBe(400);
    expect(response.headers['x-request-id']).toBeDefined();
  });

  it.each(['text/plain', 'application/jsonx', 'multipart/form-data; boundary=x', 'nonsense'])('refuses the content type %s where JSON is needed', async (type) => {
    const response = await served.fastify.inject({ method: 'POST', url: '/v1/embeddings', payload: '{}', headers: { ...ADMIN, 'content-type': type } });
    expect(response.statusCode).toBe(415);
    expect(response.json().error.code).toBe('REQUEST.UNSUPPORTED_CONTENT');
  });

  it.each([
    ['openai', '/v1/models', { error: { message: expect.stringContaining('application/json'), type: 'invalid_request_error', param: null, code: 'REQUEST.NOT_ACCEPTABLE' } }],
    ['text-embeddings-inference', '/info', { error: expect.stringContaining('text/csv'), error_type: 'Validation' }],
    ['open-inference', '/v2/models/tiny', { error: 'accept is text/csv, this route answers with application/json' }],
    ['problem', '/v1/governor', expect.objectContaining({ status: 406, title: 'Not Acceptable', code: 'REQUEST.NOT_ACCEPTABLE' })],
  ])('refuses in the form of %s what no answer could satisfy', async (_, url, expected) => {
    const response = await served.fastify.inject({ url, headers: { ...ADMIN, accept: 'text/csv' } });
    expect(response.statusCode).toBe(406);
    expect(response.json()).toEqual(expected);
    expect(response.headers['x-cortex-error-code']).toBe('REQUEST.NOT_ACCEPTABLE');
  });

  it.each([['where nothing answers', '/v1/nothing', ADMIN, 404], ['without a key', '/v1/models', {}, 401]])('sends the error %s whatever the caller accepts', async (_, url, key, status) => {
    const response = await served.fastify.inject({ url, headers: { ...key, accept: 'text/csv' } });
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toContain('json');
  });

  it.each([
    [1, '1', '1'],
    [1_000, '1', '1000'],
    [1_000.4, '2', '1001'],
    [undefined, '1', '1000'],
  ])('rounds %s ms up to whole seconds to come back in', async (retryAfterMs, seconds, milliseconds) => {
    served.texts.failure = new SomeError('overloaded', retryAfterMs);
    const { headers } = await served.fastify.inject({ method: 'POST', url: '/embed', payload: { inputs: 'a' }, headers: ADMIN });
    expect(headers).toMatchObject({ 'retry-after': seconds, 'retry-after-ms': milliseconds });
  });

  it('names the field in the place that OpenAI has for it', async () => {
    served.texts.failure = new SomeError('invalid', undefined, 'dimensions');
    const response = await served.fastify.inject({ method: 'POST', url: '/v1/embeddings', payload: FORMS[0][2], headers: ADMIN });
    expect(response.json().error.param).toBe('dimensions');
  });

  it('answers a passed deadline with 408', async () => {
    served.texts.failure = new DeadlineExceededError(5);
    const response = await served.fastify.inject({ method: 'POST', url: '/embed', payload: { inputs: 'a' }, headers: ADMIN });
    expect(response.statusCode).toBe(408);
  });
});
