import type { CollectionRecord } from '../collections/collection-record';
import { parseFilter } from '../filters/parse-filter';
import { CONTEXT, QueryCore, order } from '../testing/query-core';
import type { SearchRequest } from './search-request';

const TEXTS = { apple: 'apple pie recipe', river: 'river boats float downstream', zebra: 'zebra stripes explained', copy: 'zebra stripes explained again' };

describe('Retriever', () => {
  let core: QueryCore;
  let notes: CollectionRecord;

  beforeEach(async () => {
    core = new QueryCore();
    notes = await core.create();
    const orders = Object.entries(TEXTS).map(([id, text], year) => order(id, text, { metadata: { year } }));
    await core.run((await core.documents.add(notes, orders)).job!);
  });
  const search = (request: Partial<SearchRequest>) => core.retriever.search(notes, { query: 'zebra stripes', limit: 10, ...request }, CONTEXT);
  const ids = async (request: Partial<SearchRequest>) => (await search(request)).passages.map(({ document }) => document.id);

  it('says of each passage what both rankings say, and adds it up', async () => {
    const { passages: [best], weights } = await search({});
    const { vector, words } = best!.parts;
    expect([best!.document.id, vector!.rank, words!.rank]).toEqual(['zebra', 1, 1]);
    expect(best!.score).toBeCloseTo(weights!['vector']! + weights!['words']!);
  });

  it('gives as many as are asked for, and says so', async () => {
    expect(await search({ limit: 2 })).toMatchObject({ requested: 2, returned: 2, exact: true, model: 'fake-embed@1+fp32' });
    expect(await search({ mode: 'vector', limit: 9 })).toMatchObject({ requested: 9, returned: 4 });
  });

  it('asks no model for words alone', async () => {
    const asked = core.models.asked.length;
    expect(await ids({ mode: 'words' })).toEqual(['zebra', 'copy']);
    expect(core.models.asked.length).toBe(asked);
  });

  it('finds only what the filter lets through', async () => {
    expect(await ids({ filter: parseFilter({ year: { $lt: 2 } }) })).toEqual(expect.arrayContaining(['apple', 'river']));
    expect(await ids({ filter: parseFilter({ year: 99 }) })).toEqual([]);
  });

  it('lets a reranker have the last word on the best, and leaves the rest behind them', async () => {
    core.models.rerank = async ({ documents }) => ({
      model: { name: 'cross', version: '1', variant: 'fp32', digest: 'd', batchInvariant: true }, scoring: 'cross-encoder', tokens: 1, truncated: 0,
      scores: documents.map((text) => ({ score: text.includes('again') ? 0.9 : 0.1, raw: 0 })),
    });
    const { passages, explanation } = await search({ rerank: { candidates: 2 } });
    expect(passages.map(({ document, relevance }) => [document.id, relevance]).slice(0, 2)).toEqual([['copy', 0.9], ['zebra', 0.1]]);
    expect(passages.slice(2).every(({ relevance }) => relevance === undefined)).toBe(true);
    expect(explanation.reranker).toBe('cross@1+fp32');
  });

  it('puts what is unlike the passages before it first, where that is asked for', async () => {
    expect(await ids({ limit: 2 })).toEqual(['zebra', 'copy']);
    expect(await ids({ limit: 2, diversity: 0.9 })).not.toContain('copy');
  });

  it('explains itself', async () => {
    const { explanation } = await search({ limit: 3 });
    expect(explanation).toMatchObject({ mode: 'hybrid', language: 'en', scanned: { vector: 4, words: 2 }, candidates: 4 });
    expect(Object.keys(explanation.timings)).toEqual(['embed', 'search', 'read', 'rerank', 'diversify']);
  });
});
