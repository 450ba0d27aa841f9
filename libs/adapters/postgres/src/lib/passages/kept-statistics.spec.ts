import type { IndexedPassage } from '@cortex/query';
import fc from 'fast-check';
import { describeOnEach } from '../../testing/each-database';
import type { Database } from '../database/database';
import { Tenancy } from '../tenancy/tenancy';
import { PostgresPassageIndex } from './postgres-passage-index';

jest.setTimeout(120_000);

const WORDS = ['wing', 'bird', 'air', "o'neill", 'in'];
const passage = (text: string, ordinal: number): IndexedPassage => ({ ordinal, start: 0, end: 1, headings: [], tokens: 1, text, vectors: {} });

/** What is kept beside what it would be if it were counted anew. */
const KEPT = 'SELECT lexeme, passages FROM passage_lexemes ORDER BY lexeme';
const COUNTED = `SELECT lexeme, count(*)::integer AS passages FROM passage_words AS w JOIN passage_documents AS d ON d.id = w.document AND d.is_live, unnest(tsvector_to_array(words)) AS lexeme
  WHERE lexeme <> collection_mark(w.collection) GROUP BY lexeme ORDER BY lexeme`;
const KEPT_SIZES = 'SELECT passages, words FROM passage_collections WHERE NOT is_removed AND passages > 0';
const COUNTED_SIZES = 'SELECT count(*) AS passages, sum(length) AS words FROM passage_words AS w JOIN passage_documents AS d ON d.id = w.document AND d.is_live HAVING count(*) > 0';

type Step = { readonly does: 'publish' | 'draft' | 'remove'; readonly document: string; readonly generation: number; readonly texts: readonly string[] };

const text = fc.array(fc.constantFrom(...WORDS), { maxLength: 4 }).map((words) => words.join(' '));
const step: fc.Arbitrary<Step> = fc.record({
  does: fc.constantFrom('publish', 'publish', 'draft', 'remove'),
  document: fc.constantFrom('a', 'b', 'c'),
  generation: fc.integer({ min: 1, max: 3 }),
  texts: fc.array(text, { maxLength: 3 }),
});

async function take(index: PostgresPassageIndex, tenant: string, { does, document, generation, texts }: Step): Promise<void> {
  const scope = { tenant, collection: 'papers' };
  if (does === 'remove') return index.remove(scope, [document]);
  await index.write(scope, { documentId: document, generation }, texts.map(passage));
  if (does === 'publish') await index.publish(scope, { documentId: document, generation }, { language: 'en', title: texts[0], metadata: {} });
}

describeOnEach('KeptStatistics', (databases) => {
  let database: Database;
  let tenants = 0;
  beforeAll(async () => {
    database = await databases.fresh();
  });

  const look = (tenant: string) =>
    new Tenancy(database).inside(tenant, async (manager) => {
      const [kept, counted] = [await manager.query(KEPT), await manager.query(COUNTED)];
      return { kept: [kept, await manager.query(KEPT_SIZES)], counted: [counted, await manager.query(COUNTED_SIZES)] };
    });

  it('are what a new count would be, whatever was published and removed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const [index, tenant] = [new PostgresPassageIndex(database), `t${(tenants += 1)}`];
        for (const one of steps) await take(index, tenant, one);
        const { kept, counted } = await look(tenant);
        expect(kept).toEqual(counted);
      }),
      { numRuns: 15 },
    );
  });

  it('are right when many publish and remove at once', async () => {
    const [index, tenant] = [new PostgresPassageIndex(database), 'crowd'];
    const steps = Array.from({ length: 24 }, (_, n): Step => ({ does: n % 5 === 4 ? 'remove' : 'publish', document: `d${n % 4}`, generation: n, texts: [WORDS.slice(n % 3).join(' '), 'wing'] }));
    await take(index, tenant, { does: 'publish', document: 'stays', generation: 1, texts: ['wing'] });
    await Promise.all(steps.map((one) => take(index, tenant, one)));
    const { kept, counted } = await look(tenant);
    expect(kept).toEqual(counted);
    expect(counted[0]).not.toEqual([]);
  });

  it('are right when many put the same documents at once', async () => {
    const [index, tenant] = [new PostgresPassageIndex(database), 'throng'];
    const documents = (round: number) => ['c', 'a', 'd', 'b'].map((documentId, place) => ({ documentId, generation: 1 + ((round + place) % 3), facts: { language: 'en', metadata: {} }, passages: [passage(WORDS.slice((round + place) % 4).join(' '), 0)] }));
    await Promise.all(Array.from({ length: 16 }, (_, round) => index.put({ tenant, collection: 'papers' }, documents(round))));
    const { kept, counted } = await look(tenant);
    expect(kept).toEqual(counted);
    expect(counted[0]).not.toEqual([]);
  });
});
