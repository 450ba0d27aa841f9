import { matches, type Filter, type Metadata } from '@cortex/query';
import fc from 'fast-check';
import { describeOnEach } from '../../testing/each-database';
import type { Database } from '../database/database';
import { conditionOf } from './condition';
import { Parameters } from './parameters';

jest.setTimeout(120_000);

/** Few of each, so that they meet. */
const field = fc.constantFrom('a', 'b.c-d', "e'\"$?");
const text = fc.constantFrom('', 'a', 'B', '2', '10', "x'; DROP", '\u{1f600}', '\uff5e', '\\', '"');
const number = fc.constantFrom(0, -0, 1, 1.5, -2, 10, 1e21, 5e-324, 0.1, 2 ** 53);
const scalar = fc.oneof(text, number, fc.boolean());
const metadata: fc.Arbitrary<Metadata> = fc.dictionary(field, fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })));
const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('in' as const), field, values: fc.array(scalar, { maxLength: 3 }) }),
    fc.record({ kind: fc.constantFrom('gt' as const, 'gte' as const, 'lt' as const, 'lte' as const), field, value: fc.oneof(text, number) }),
    fc.record({ kind: fc.constant('exists' as const), field }),
    fc.record({ kind: fc.constant('not' as const), part: tie('filter') }),
    fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), parts: fc.array(tie('filter'), { maxLength: 3 }) }),
  ),
}));

describeOnEach('conditionOf', (databases) => {
  let database: Database;
  beforeAll(async () => {
    database = await databases.fresh();
  });

  it('holds where the filter matches, and nowhere else', async () => {
    const documents = fc.array(metadata, { minLength: 20, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(filter, documents, async (given, all) => {
        const parameters = new Parameters();
        const statement = `SELECT ${conditionOf(given, parameters)} AS holds FROM unnest(${parameters.bind(all.map((one) => JSON.stringify(one)))}::jsonb[]) WITH ORDINALITY AS d (metadata, place) ORDER BY place`;
        const rows = (await database.use((manager) => manager.query(statement, parameters.values))) as { holds: boolean }[];
        expect(rows.map(({ holds }) => holds)).toEqual(all.map((one) => matches(given, one)));
      }),
      { numRuns: 150 },
    );
  });
});
