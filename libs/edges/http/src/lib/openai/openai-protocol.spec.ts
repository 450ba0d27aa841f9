import { ADMIN, serve, type Served } from '../../testing/served';

describe('OpenAiProtocol', () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve({ maxRowsPerRequest: 4_000 });
  });
  afterAll(() => served[Symbol.asyncDispose]());
  beforeEach(() => void (served.texts.requests.length = 0));

  function embed(body: object) {
    return served.fastify.inject({ method: 'POST', url: '/v1/embeddings', payload: { model: 'cortex-embed-small', ...body }, headers: ADMIN });
  }

  describe('POST /v1/embeddings', () => {
    it('answers with vectors in the order of the inputs and counts tokens', async () => {
      expect((await embed({ input: ['ab', 'c'] })).json()).toEqual({
        object: 'list', model: 'cortex-embed-small', usage: { prompt_tokens: 6, total_tokens: 6 },
        data: [
          { object: 'embedding', index: 0, embedding: [2, 0.1000000015, -0.25, 0.3333333433] },
          { object: 'embedding', index: 1, embedding: [1, 0.1000000015, -0.25, 0.3333333433] },
        ],
      });
    });

    it('encodes base64 as the official clients decode it', async () => {
      const { data } = (await embed({ input: 'ab', encoding_format: 'base64' })).json();
      const bytes = Buffer.from(data[0].embedding, 'base64');
      expect(new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))).toEqual(Float32Array.of(2, 0.1, -0.25, 1 / 3));
    });

    it.each([
      ['a string', 'a', ['a']],
      ['strings', ['a', 'b'], ['a', 'b']],
      ['token ids', [1, 2], [[1, 2]]],
      ['lists of token ids', [[1, 2], [3]], [[1, 2], [3]]],
    ])('reads %s and never truncates', async (_, input, texts) => {
      expect((await embed({ input, dimensions: 2, user: 'somebody' })).statusCode).toBe(200);
      expect(served.texts.requests).toEqual([{ model: 'cortex-embed-small', texts, truncate: false, dimensions: 2 }]);
    });

    it.each<[string, object, string, string]>([
      ['an empty string', { input: '' }, 'input', 'an empty string'],
      ['an empty string among others', { input: ['a', ''] }, 'input', 'input[1]'],
      ['no input', {}, 'input', 'expected a value, got nothing'],
      ['an empty list', { input: [] }, 'input', 'empty list'],
      ['an empty list of ids', { input: [[]] }, 'input[0]', 'at least 1 token id'],
      ['a number among texts', { input: ['a', 'b', 'c', 7] }, 'input[3]', 'input[3]: expected string, got number 7'],
      ['a text among numbers', { input: [1, 'a'] }, 'input[1]', 'a token id'],
      ['a negative id', { input: [1, -1] }, 'input[1]', 'number -1'],
      ['a fraction', { input: [[1.5]] }, 'input[0][0]', 'number 1.5'],
      ['an object', { input: { text: 'a' } }, 'input', 'got an object'],
      ['another format', { input: 'a', encoding_format: 'hex' }, 'encoding_format', 'expected float or base64, got string "hex"'],
      ['no dimensions', { input: 'a', dimensions: 0 }, 'dimensions', 'more than 0'],
      ['more inputs than the original takes', { input: Array(2_049).fill('a') }, 'input', 'at most 2048'],
      ['no model', { model: undefined, input: 'a' }, 'model', 'expected string'],
    ])('refuses %s with 400', async (_, body, param, message) => {
      const response = await embed(body);
      expect(response.statusCode).toBe(400);
      expect(response.json().error).toMatchObject({ type: 'invalid_request_error', param, message: expect.stringContaining(message) });
    });

    it('refuses more than the own limit with 413', async () => {
      await using small = await serve({ maxRowsPerRequest: 2 });
      const response = await small.fastify.inject({ method: 'POST', url: '/v1/embeddings', payload: { model: 'm', input: ['a', 'b', 'c'] }, headers: ADMIN });
      expect(response.statusCode).toBe(413);
      expect(response.json().error.message).toContain('the limit of one request is 2');
    });
  });

  describe('GET /v1/models', () => {
    it('lists what can be asked for', async () => {
      const { object, data } = (await served.fastify.inject({ url: '/v1/models', headers: ADMIN })).json();
      expect(object).toBe('list');
      expect(data).toContainEqual({ id: 'cortex-embed-small', object: 'model', created: 0, owned_by: 'bundled', version: '1', task: 'embed' });
    });

    it('shows variant, invariance and fidelity of a loaded one', async () => {
      await served.orchestrator.load('judge');
      const model = (await served.fastify.inject({ url: '/v1/models/judge@1', headers: ADMIN })).json();
      expect(model).toMatchObject({ id: 'judge@1', version: '1', variant: 'fp32', batchInvariant: true, fidelity: 1 });
    });

    it('answers 404 for an unknown one', async () => {
      const response = await served.fastify.inject({ url: '/v1/models/gpt-9', headers: ADMIN });
      expect(response.statusCode).toBe(404);
      expect(response.json().error).toMatchObject({ code: 'REGISTRY.MODEL_NOT_FOUND', param: 'model' });
    });
  });
});
