import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Cranfield } from './cranfield';
import { keywordRetrieval } from './keyword-retrieval';

const data = join(__dirname, '../../../../../shared/data');
const maybe = existsSync(data) ? it : it.skip;

describe('Cranfield (../shared/data)', () => {
  maybe('has 1,400 documents and 225 queries, and BM25 without stems reaches 0.349 nDCG@10', () => {
    const collection = new Cranfield(data);
    expect([collection.documents.length, collection.queries.length]).toEqual([1_400, 225]);
    expect(keywordRetrieval(collection)).toBeCloseTo(0.349, 3);
    expect(collection.score(() => [])).toBe(0);
  });
});
