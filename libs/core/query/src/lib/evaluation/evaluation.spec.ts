import { CONTEXT, QueryCore } from '../testing/query-core';
import { Evaluation } from './evaluation';

describe('Evaluation', () => {
  it('measures each mode over the queries that have a relevant document', async () => {
    const core = new QueryCore();
    const notes = await core.create();
    await core.run((await core.add(notes, { apple: 'apple pie recipe', zebra: 'zebra stripes explained' })).job!);
    const queries = [{ id: 'one', text: 'zebra stripes' }, { id: 'two', text: 'apple recipe' }, { id: 'unjudged', text: 'boats' }];
    const judgements = { one: { zebra: 2 }, two: { zebra: 1 }, unjudged: { apple: 0 } };
    const { words, hybrid, vector } = await new Evaluation(core.retriever).run(notes, { queries, judgements, modes: ['words', 'hybrid'] }, CONTEXT);
    expect(vector).toBeUndefined();
    expect(words).toMatchObject({ queries: 2, 'mrr@10': { mean: 0.5 }, 'recall@10': { mean: 0.5 } });
    expect(hybrid!['recall@10'].mean).toBe(1);
    expect(hybrid!['ndcg@10'].mean).toBeCloseTo((1 + 1 / Math.log2(3)) / 2);
  });
});
