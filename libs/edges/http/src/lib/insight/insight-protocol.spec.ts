import { Explained } from '@cortex/orchestrator';
import { EXPLANATION } from '../../testing/fake-text-models';
import { ADMIN, serve, USER, type Served } from '../../testing/served';

const INFER = { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [1, 2] }] };

describe('InsightProtocol', () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve();
  });
  afterAll(() => served[Symbol.asyncDispose]());

  const explain = (payload: object, headers: Record<string, string> = USER) => served.fastify.inject({ method: 'POST', url: '/v1/explain', headers, payload });

  describe('explain', () => {
    it.each([
      ['a tensor request', { path: '/v2/models/tiny/versions/1/infer', body: INFER }],
      ['an OpenAI request', { path: '/v1/embeddings', body: { model: 'cortex-embed-small', input: 'hello' } }],
      ['a TEI request with its query', { path: '/embed?model=cortex-embed-small', body: { inputs: 'hello' } }],
      ['a rerank request', { path: '/v1/rerank', body: { query: 'a', documents: ['b'] } }],
    ])('shows what %s would go through, and runs nothing', async (_what, request) => {
      served.orchestrator.run = (_inputs, { dryRun }) => {
        throw dryRun ? new Explained(EXPLANATION) : new Error('it was run');
      };
      const response = await explain(request);
      expect(response.json()).toEqual(EXPLANATION);
    });

    it('refuses what the request itself would be refused for, in the form of problems', async () => {
      const response = await explain({ path: '/v1/embeddings', body: { model: 'cortex-embed-small', input: 7 } });
      expect(response.json()).toMatchObject({ status: 400, code: 'REQUEST.INVALID' });
    });

    it.each(['/v1/keys', '/v2/repository/models/tiny/unload', '/nothing', '/v1/explain'])('explains nothing that runs no model: %s', async (path) => {
      const response = await explain({ path, body: {} }, ADMIN);
      expect(response.json()).toMatchObject({ status: 400, code: 'REQUEST.NOTHING_TO_EXPLAIN' });
    });
  });

  describe('requests', () => {
    it('shows what a request went through, to its own tenant', async () => {
      served.orchestrator.run = ({ x }) => ({ y: x! });
      await served.fastify.inject({ method: 'POST', url: '/v2/models/tiny/infer', headers: { ...USER, 'x-request-id': 'seen-1' }, payload: INFER });
      const response = await served.fastify.inject({ url: '/v1/requests/seen-1', headers: USER });
      expect(response.json()).toMatchObject({ id: 'seen-1', tenant: 'acme', key: 'user', route: '/v2/models/:model/infer', status: 200, priority: 'medium' });
      expect(response.body).not.toContain('user-key');
    });

    it('remembers why one was refused', async () => {
      await served.fastify.inject({ method: 'POST', url: '/v2/models/nothing/infer', headers: { ...USER, 'x-request-id': 'seen-2' }, payload: INFER });
      const response = await served.fastify.inject({ url: '/v1/requests/seen-2', headers: USER });
      expect(response.json()).toMatchObject({ status: 404, code: 'REGISTRY.MODEL_NOT_FOUND' });
    });

    it('tells nobody else that there was one', async () => {
      await served.fastify.inject({ method: 'POST', url: '/v2/models/tiny/infer', headers: { ...ADMIN, 'x-request-id': 'seen-3' }, payload: INFER });
      const other = await served.fastify.inject({ url: '/v1/requests/seen-3', headers: { 'x-api-key': 'stranger-key' } });
      const unknown = await served.fastify.inject({ url: '/v1/requests/seen-4', headers: { 'x-api-key': 'stranger-key' } });
      expect([other, unknown].map((response) => response.json().code)).toEqual(['REQUEST.UNKNOWN', 'REQUEST.UNKNOWN']);
    });
  });
});
