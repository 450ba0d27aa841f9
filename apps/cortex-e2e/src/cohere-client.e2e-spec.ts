import { CortexProcess } from '@cortex/service-process';
import { CohereClientV2 } from 'cohere-ai';

describe("Cohere's own client", () => {
  let server: CortexProcess;
  let client: CohereClientV2;
  beforeAll(async () => {
    server = await CortexProcess.start();
    client = new CohereClientV2({ token: await server.key(), environment: server.url });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('reranks, the nearest document first', async () => {
    const documents = ['The stock market fell on Monday.', 'A quick brown fox jumps.', 'Foxes are quick animals.'];
    const { results } = await client.rerank({ model: 'cortex-embed-small', query: 'a fast fox', documents, topN: 2 });
    expect(results).toHaveLength(2);
    expect(results.map(({ index }) => index)).not.toContain(0);
    expect(results[0]!.relevanceScore).toBeGreaterThanOrEqual(results[1]!.relevanceScore);
  });

  it('is told of an unknown model', async () => {
    await expect(client.rerank({ model: 'nothing', query: 'x', documents: ['y'] }, { maxRetries: 0 })).rejects.toMatchObject({ statusCode: 404 });
  });
});
