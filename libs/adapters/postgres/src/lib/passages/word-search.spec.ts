import type { IndexedPassage } from '@cortex/query';
import { describeOnEach } from '../../testing/each-database';
import { PostgresPassageIndex } from './postgres-passage-index';

jest.setTimeout(120_000);

const scope = { tenant: 'acme', collection: 'papers' };
const COMMON = 4_500;
const RARE = 3;
const PORTION = 500;

function passage(ordinal: number): IndexedPassage {
  const words = ordinal < RARE ? 'rare common' : `common ${'other '.repeat(ordinal % 5)}`;
  return { ordinal, start: 0, end: 1, headings: [], tokens: 1, text: words, vectors: {} };
}

describeOnEach('a search for rare and for common words', (databases) => {
  let index: PostgresPassageIndex;
  beforeAll(async () => {
    index = new PostgresPassageIndex(await databases.fresh());
    const generation = { documentId: 'd', generation: 1 };
    for (let from = 0; from < COMMON; from += PORTION) await index.write(scope, generation, Array.from({ length: PORTION }, (_, n) => passage(from + n)));
    await index.publish(scope, generation, { metadata: {} });
  });
  const search = async (query: string, limit: number) => (await index.search(scope, { words: { query }, limit })).words!;

  it('looks at those with the rare ones alone where they are enough, which are then the best', async () => {
    const found = await search('common rare', RARE);
    expect([found.ranking.length, found.exact, found.scanned]).toEqual([RARE, true, RARE]);
  });

  it('fills up with others where they are not', async () => {
    const found = await search('common rare', 10);
    expect([found.ranking.length, found.exact, found.scanned]).toEqual([10, true, COMMON]);
    const rare = (await search('rare', 10)).ranking.map(({ id }) => id);
    expect(found.ranking.slice(0, RARE).map(({ id }) => id).sort()).toEqual(rare.sort());
  });
});
