import { BM25, inverseFrequency } from '@cortex/query';
import type { EntityManager } from 'typeorm';
import type { Place } from './place';
import { storedText } from './stored-text';
import { textSearchConfig } from './text-search-config';

const MOST_CHARACTERS = 20_000;
/** The rarest of a longer query's words. */
const MOST_WORDS = 64;
/** Passages that are scored for words that are looked for together. */
const FEW_CANDIDATES = 4_000;
/** Of the passages with a single word that is commoner than that. */
const MOST_CANDIDATES = 20_000;

export interface AskedWord {
  readonly lexeme: string;
  /** In which it stands. */
  readonly passages: number;
  /** The most that it can add to a score. */
  readonly weight: number;
}

/** Words that are looked for together. */
export interface WordGroup {
  readonly wanted: readonly AskedWord[];
  /** Rarer ones: passages with these have been scored before. */
  readonly rarer: readonly AskedWord[];
  readonly most: number;
  /** Whether more passages have them than are scored. */
  readonly isCut: boolean;
}

const ASKED = `SELECT lexeme, passages FROM passage_lexemes
  WHERE collection = $1 AND tenant = $2 AND lexeme = ANY (tsvector_to_array(words_of($3, $4))) ORDER BY passages, lexeme LIMIT ${MOST_WORDS}`;

/** A query's words that stand anywhere in a collection, the rarest first. */
export async function askedWords(manager: EntityManager, place: Place, { query, language }: { readonly query: string; readonly language?: string }): Promise<AskedWord[]> {
  const values = [place.id, place.tenant, textSearchConfig(language), storedText(query.slice(0, MOST_CHARACTERS))];
  const rows = (await manager.query(ASKED, values)) as Pick<AskedWord, 'lexeme' | 'passages'>[];
  return rows.map((row) => ({ ...row, weight: inverseFrequency(place.passages, row.passages) * (BM25.k1 + 1) }));
}

/** The rarest words, as many as keep the candidates few, but one at least; then of the others again, to their end. */
export function* groupsOf(words: readonly AskedWord[]): Generator<WordGroup> {
  for (let from = 0; from < words.length; ) {
    const end = from + Math.max(1, lengthOfFew(words.slice(from)));
    const wanted = words.slice(from, end);
    yield { wanted, rarer: words.slice(0, from), most: MOST_CANDIDATES, isCut: wanted.reduce((sum, { passages }) => sum + passages, 0) > MOST_CANDIDATES };
    from = end;
  }
}

function lengthOfFew(words: readonly AskedWord[]): number {
  let sum = 0;
  const end = words.findIndex(({ passages }) => (sum += passages) > FEW_CANDIDATES);
  return end < 0 ? words.length : end;
}
