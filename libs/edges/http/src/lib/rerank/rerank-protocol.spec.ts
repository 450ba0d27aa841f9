import { ADMIN, serve, type Served } from '../../testing/served';

describe('RerankProtocol', () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve({ maxRowsPerRequest: 3 });
  });
  afterAll(() => served[Symbol.asyncDispose]());
  beforeEach(() => {
    served.texts.requests.length = 0;
    served.texts.scoring = 'cross-encoder';
  });

  function post(url: string, payload: object) {
    return served.fastify.inject({ method: 'POST', url, payload, headers: { ...ADMIN, 'x-request-id': 'r9' } });
  }

  it("answers Jina's clients with documents, usage and how it was scored", async () => {
    served.texts.scoring = 'similarity';
    const response = await post('/v1/rerank', { model: 'm', query: 'q', documents: ['a', { text: 'bbb' }, 'cc'], top_n: 2 });
    expect(response.json()).toEqual({
      model: 'cortex-embed-small', usage: { total_tokens: 7, prompt_tokens: 7 }, scoring: 'similarity',
      results: [{ index: 1, relevance_score: 0.03, document: { text: 'bbb' } }, { index: 2, relevance_score: 0.02, document: { text: 'cc' } }],
    });
    expect(served.texts.requests).toEqual([{ model: 'm', query: 'q', documents: ['a', 'bbb', 'cc'], truncate: true }]);
  });

  it('leaves documents out when asked', async () => {
    const response = await post('/v1/rerank', { query: 'q', documents: ['a'], return_documents: false });
    expect(response.json().results).toEqual([{ index: 0, relevance_score: 0.01 }]);
  });

  it("answers Cohere's clients in their form", async () => {
    const response = await post('/v2/rerank', { model: 'm', query: 'q', documents: ['a', 'bb'], max_tokens_per_doc: 100 });
    expect(response.json()).toEqual({
      id: 'r9', results: [{ index: 1, relevance_score: 0.02 }, { index: 0, relevance_score: 0.01 }],
      meta: { api_version: { version: '2' }, billed_units: { search_units: 1 } }, scoring: 'cross-encoder',
    });
  });

  it.each<[object, number, string]>([
    [{ query: 'q', documents: [] }, 400, 'documents: expected at least 1 items'],
    [{ query: 'q', documents: ['a', 3] }, 400, 'documents[1]: expected string or {text}, got number 3'],
    [{ query: 'q', documents: ['a'], top_n: 0 }, 400, 'top_n: expected more than 0'],
    [{ documents: ['a'] }, 400, 'query: expected string, got nothing'],
    [{ query: 'q', documents: ['a', 'b', 'c', 'd'] }, 413, 'the limit of one request is 3'],
  ])('refuses %j with %i', async (body, status, message) => {
    const response = await post('/v2/rerank', body);
    expect(response.statusCode).toBe(status);
    expect(response.json().message).toContain(message);
  });
});
