import { BM25, bm25, inverseFrequency } from '@cortex/query';
import fc from 'fast-check';
import { describeOnEach } from '../../testing/each-database';
import type { Database } from '../database/database';

jest.setTimeout(120_000);

const lexeme = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => !/\0|\p{Surrogate}/u.test(text));
const hostile = fc.oneof(lexeme, fc.string({ unit: fc.constantFrom("'", '\\', ' ', '|', '&', '!', ':', '*', '(', 'a'), minLength: 1, maxLength: 8 }));

/** The functions that migrations make, against what they stand for. */
describeOnEach('words in the database', (databases) => {
  let database: Database;
  beforeAll(async () => {
    database = await databases.fresh();
  });
  const ask = async <T>(statement: string, values: unknown[]) => ((await database.use((manager) => manager.query(statement.replaceAll('@', `${database.schema}.`), values))) as [T])[0];

  it('finds texts with any of some lexemes, whatever characters they are made of', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { minLength: 1, maxLength: 5 }), hostile, async (lexemes, other) => {
        const statement = 'SELECT array_agg(ts_match_vq(array_to_tsvector(ARRAY[word]), @any_of($1)) ORDER BY place) AS found FROM unnest($1::text[] || $2::text) WITH ORDINALITY AS one (word, place)';
        const { found } = await ask<{ found: boolean[] }>(statement, [lexemes, other]);
        expect(found).toEqual([...lexemes.map(() => true), lexemes.includes(other)]);
      }),
      { numRuns: 100 },
    );
  });

  it('scores as BM25 does', async () => {
    const counts = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(counts, fc.integer({ min: 1, max: 900 }), async (times, passages) => {
        const words = times.map((_, place) => `w${place}`);
        const text = times.flatMap((count, place) => Array.from({ length: count }, () => words[place])).join(' ');
        const [length, meanLength] = [times.reduce((sum, count) => sum + count, 0), 50];
        const weights = times.map((_, place) => inverseFrequency(1_000, passages + place) * (BM25.k1 + 1));
        const norm = BM25.k1 * (1 - BM25.b + (BM25.b * length) / meanLength);
        const { score } = await ask<{ score: number }>(`SELECT @bm25(to_tsvector('simple', $1), $2::text[]::tsquery[], $3, $4) AS score`, [text, words, weights, norm]);
        const pairs = times.flatMap((count, place) => (count > 0 ? [[words[place]!, count] as const] : []));
        expect(score).toBeCloseTo(bm25(pairs, length, { passages: 1_000, meanLength, holding: (word) => passages + Number(word.slice(1)) }), 8);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['english', "the wings of force-free A/B.C don't", ['b', 'c', 'forc', 'free', 'wing']],
    ['german', 'die Häuser der Stadt', ['haus', 'stadt']],
    ['simple', 'The wings', ['the', 'wings']],
    ['klingon', 'The wings', ['the', 'wings']],
  ])('reads words by the configuration %s', async (config, text, expected) => {
    const { words } = await ask<{ words: string[] }>('SELECT tsvector_to_array(@words_of($1, $2)) AS words', [config, text]);
    expect(words).toEqual(expected);
  });
});
