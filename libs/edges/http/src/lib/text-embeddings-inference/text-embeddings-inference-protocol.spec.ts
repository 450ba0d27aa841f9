import { ADMIN, serve, type Served } from '../../testing/served';
import { tokensOf } from './tei-answers';

describe('TextEmbeddingsInferenceProtocol', () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve({ maxRowsPerRequest: 3 });
  });
  afterAll(() => served[Symbol.asyncDispose]());
  beforeEach(() => {
    served.texts.requests.length = 0;
    served.texts.truncated = 0;
  });

  function post(url: string, payload: object) {
    return served.fastify.inject({ method: 'POST', url, payload, headers: ADMIN });
  }

  describe('POST /embed', () => {
    it('gives a list of vectors, of one text too, and embeds an empty one', async () => {
      expect((await post('/embed', { inputs: 'ab' })).json()).toEqual([[2, 0.1000000015, -0.25, 0.3333333433]]);
      expect((await post('/embed', { inputs: ['', 'a'] })).json()).toHaveLength(2);
    });

    it('refuses truncation and normalizes by default', async () => {
      await post('/embed', { inputs: 'a' });
      await post('/embed?model=other', { inputs: 'a', truncate: true, normalize: false, dimensions: 2 });
      expect(served.texts.requests).toEqual([
        { model: undefined, texts: ['a'], truncate: false, normalize: true, dimensions: undefined },
        { model: 'other', texts: ['a'], truncate: true, normalize: false, dimensions: 2 },
      ]);
    });

    it('reports what was cut', async () => {
      served.texts.truncated = 2;
      expect((await post('/embed', { inputs: 'a', truncate: true })).headers['x-cortex-truncated']).toBe('2');
    });

    it('refuses more texts than the limit with 413, and prompts with 400', async () => {
      const response = await post('/embed', { inputs: ['a', 'b', 'c', 'd'] });
      expect([response.statusCode, response.json()]).toEqual([413, { error: 'inputs has 4 rows, the limit of one request is 3', error_type: 'Validation' }]);
      expect((await post('/embed', { inputs: 'a', prompt_name: 'query' })).statusCode).toBe(400);
    });
  });

  it('refuses sparse embeddings honestly', async () => {
    const response = await post('/embed_sparse', { inputs: 'a' });
    expect(response.statusCode).toBe(422);
    expect(response.json().error).toContain('SPLADE');
  });

  describe('POST /rerank', () => {
    it('gives the texts by relevance', async () => {
      const body = { query: 'q', texts: ['a', 'ccc', 'bb'] };
      expect((await post('/rerank', body)).json()).toEqual([{ index: 1, score: 0.03 }, { index: 2, score: 0.02 }, { index: 0, score: 0.01 }]);
      expect((await post('/rerank', { ...body, raw_scores: true, return_text: true })).json()[0]).toEqual({ index: 1, score: 3, text: 'ccc' });
    });

    it('says when an embedding model answered', async () => {
      served.texts.scoring = 'similarity';
      expect((await post('/rerank', { query: 'q', texts: ['a'] })).headers['x-cortex-scoring']).toBe('similarity');
      served.texts.scoring = 'cross-encoder';
    });

    it.each([[{ query: 'q', texts: [] }], [{ query: 'q' }], [{ texts: ['a'] }], [{ query: 'q', texts: ['a', 3] }]])('refuses %j', async (body) => {
      expect((await post('/rerank', body)).statusCode).toBe(400);
    });
  });

  describe('POST /predict', () => {
    const yesFirst = [{ score: 0.75, label: 'yes' }, { score: 0.25, label: 'no' }];

    it.each<[string, unknown, unknown, unknown]>([
      ['one text', 'a', ['a'], yesFirst],
      ['one text in a list', ['a'], ['a'], yesFirst],
      ['a pair', ['a', 'b'], [['a', 'b']], yesFirst],
      ['a batch of texts and pairs', [['a'], ['b', 'c']], ['a', ['b', 'c']], [yesFirst, yesFirst]],
    ])('reads %s', async (_, inputs, texts, expected) => {
      expect((await post('/predict', { inputs })).json()).toEqual(expected);
      expect(served.texts.requests).toMatchObject([{ texts }]);
    });

    it('gives logits when asked', async () => {
      expect((await post('/predict', { inputs: 'a', raw_scores: true })).json()[0]).toEqual({ score: 3, label: 'yes' });
    });

    it.each([[[]], [['a', 'b', 'c']], [[['a'], 'b']], [7], [[['a', 1]]]])('refuses %j', async (inputs) => {
      expect((await post('/predict', { inputs })).statusCode).toBe(400);
    });
  });

  describe('tokens', () => {
    it('are given with offsets in bytes of UTF-8, as the original counts', () => {
      const text = 'é😀a';
      const token = (start: number, stop: number) => ({ id: 1, text: text.slice(start, stop), special: false, start, stop });
      expect(tokensOf(text, [token(0, 1), token(1, 3), token(3, 4), token(0, 3)]).map(({ start, stop }) => [start, stop])).toEqual([[0, 2], [2, 6], [6, 7], [0, 6]]);
    });

    it('have no offsets where they are special', async () => {
      expect((await post('/tokenize', { inputs: ['ab'] })).json()).toEqual([[
        { id: 101, text: '[CLS]', special: true, start: null, stop: null },
        { id: 7, text: 'ab', special: false, start: 0, stop: 2 },
      ]]);
    });

    it.each([[[1, 2], ['1 2']], [[[1], [2, 3]], ['1', '2 3']]])('decode %j', async (ids, expected) => {
      expect((await post('/decode', { ids })).json()).toEqual(expected);
    });

    it('are not made of token ids', async () => {
      expect((await post('/tokenize', { inputs: [1, 2] })).statusCode).toBe(400);
    });
  });

  describe('GET /info', () => {
    it('describes the default embedding model, or the one asked for', async () => {
      const info = async (url: string) => (await served.fastify.inject({ url, headers: ADMIN })).json();
      expect(await info('/info')).toMatchObject({ model_id: 'cortex-embed-small', model_type: { embedding: { pooling: 'mean' } }, max_input_length: 128, max_client_batch_size: 3, auto_truncate: false });
      expect(await info('/info?model=judge')).toMatchObject({ model_type: { classifier: { id2label: { 0: 'no', 1: 'yes' }, label2id: { no: 0, yes: 1 } } } });
    });

    it('refuses a model that is named twice', async () => {
      expect((await served.fastify.inject({ url: '/info?model=a&model=b', headers: ADMIN })).statusCode).toBe(400);
    });
  });
});
