import { BM25, inverseFrequency } from '@cortex/query';
import type { Database } from '@cortex/postgres';
import { WIDTH } from './passage-source';

const ASKED = `SELECT lexeme, l.passages, c.passages::float8 AS among, c.words / c.passages::float8 AS mean FROM passage_lexemes AS l JOIN passage_collections AS c ON c.id = l.collection
  WHERE lexeme = ANY (tsvector_to_array(words_of('english', $1))) ORDER BY l.passages`;

const WORDS = `SELECT passage, bm25(words, ARRAY(SELECT any_of(ARRAY[lexeme]) FROM unnest($1::text[]) WITH ORDINALITY AS asked (lexeme, place) ORDER BY place), $2::float8[], $3::float8 + $4::float8 * length) AS score
  FROM passage_words WHERE words @@ any_of($5::text[]) ORDER BY score DESC LIMIT $6`;

const VECTOR = `SELECT passage, embedding::halfvec(${WIDTH}) <=> $1::halfvec(${WIDTH}) AS distance FROM passage_vectors WHERE space = 1 ORDER BY 2 LIMIT $2`;

interface AskedRow {
  readonly lexeme: string;
  readonly passages: number;
  readonly among: number;
  readonly mean: number;
}

/** The values of the two statements that somebody would write by hand for one question, in a database that holds one collection. */
export interface BareQuestion {
  readonly words: readonly unknown[];
  readonly vector: readonly unknown[];
}

/** All that can be known before: the question's words with their weights, and which of them are rare enough to look for. */
export async function bareQuestion(database: Database, query: string, { vector, limit, candidates }: { vector: Float32Array; limit: number; candidates: number }): Promise<BareQuestion> {
  const rows = (await inSchema(database, ASKED, [query])) as AskedRow[];
  const { k1, b } = BM25;
  let sum = 0;
  const rare = rows.filter(({ passages }, place) => (sum += passages) <= candidates || place === 0);
  const weights = rows.map(({ among, passages }) => inverseFrequency(among, passages) * (k1 + 1));
  const lexemes = rows.map(({ lexeme }) => lexeme);
  return {
    words: [lexemes, weights, k1 * (1 - b), (k1 * b) / rows[0]!.mean, rare.map(({ lexeme }) => lexeme), limit],
    vector: [JSON.stringify([...vector]), limit],
  };
}

/** Both statements at once. */
export async function searchBare(database: Database, { words, vector }: BareQuestion): Promise<void> {
  await Promise.all([inSchema(database, WORDS, words), inSchema(database, VECTOR, vector)]);
}

/** The bare tables are Cortex's own: with its schema's names written out. */
function inSchema(database: Database, statement: string, values: readonly unknown[]): Promise<unknown> {
  const named = statement.replace(/\b(passage_\w+|words_of|bm25|any_of)\b(?= |\()/g, `${database.schema}.$1`);
  return database.use((manager) => manager.query(named, [...values]));
}
