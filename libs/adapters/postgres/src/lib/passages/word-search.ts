import { BM25, inverseFrequency, type SearchedRanking } from '@cortex/query';
import type { EntityManager } from 'typeorm';
import { isAmong, type Among } from './among';
import { Parameters } from './parameters';
import { NOTHING, rankingOf, type RankedRow } from './ranked';
import { storedText } from './stored-text';
import { textSearchConfig } from './text-search-config';

const MOST_CHARACTERS = 20_000;
/** The rarest of a longer query's words. */
const MOST_WORDS = 64;
/** Passages with the rarest words are scored while they are no more than these. */
const FEW_CANDIDATES = 4_000;
/** Of passages that all words are common in, so many are scored. */
const MOST_CANDIDATES = 20_000;

export interface Asked {
  readonly query: string;
  readonly language?: string;
  readonly limit: number;
}

interface AskedWord {
  readonly lexeme: string;
  /** In which it stands. */
  readonly passages: number;
  /** The most that it can add to a score. */
  readonly weight: number;
}

const ASKED = `SELECT lexeme, passages FROM passage_lexemes
  WHERE collection = $1 AND tenant = $2 AND lexeme = ANY (tsvector_to_array(words_of($3, $4))) AND passages > 0
  ORDER BY passages, lexeme LIMIT ${MOST_WORDS}`;

/** Passages with any of the query's words by BM25. Those with its rarest words come first into question; only where they are too few those with commoner ones, group by group. */
export async function matching(manager: EntityManager, among: Among, asked: Asked): Promise<SearchedRanking> {
  const words = await askedWords(manager, among, asked);
  if (words.length === 0 || among.few?.length === 0) return NOTHING;
  return among.few ? rankingOf(await ranked(manager, { among, words, from: 'passage_words' }, asked.limit), true) : byRarity(manager, { among, words }, asked.limit);
}

async function askedWords(manager: EntityManager, { place }: Among, { query, language }: Asked): Promise<AskedWord[]> {
  const values = [place.id, place.tenant, textSearchConfig(language), storedText(query.slice(0, MOST_CHARACTERS))];
  const rows = (await manager.query(ASKED, values)) as { lexeme: string; passages: number }[];
  return rows.map((row) => ({ ...row, weight: inverseFrequency(place.passages, row.passages) * (BM25.k1 + 1) }));
}

async function byRarity(manager: EntityManager, { among, words }: Pick<Scoring, 'among' | 'words'>, limit: number): Promise<SearchedRanking> {
  const found: RankedRow[] = [];
  let [scanned, isCut, done] = [0, false, 0];
  while (done < words.length && found.length < limit) {
    const next = done + groupSize(words.slice(done));
    const from = { before: words.slice(0, done), wanted: words.slice(done, next), most: MOST_CANDIDATES };
    const rows = await ranked(manager, { among, words, from }, limit);
    scanned += rows[0]?.scanned ?? 0;
    isCut ||= from.wanted.reduce((sum, { passages }) => sum + passages, 0) > MOST_CANDIDATES;
    found.push(...rows);
    done = next;
  }
  if (isCut && found.length < limit) return rankingOf(await ranked(manager, { among, words, from: 'passage_words' }, limit), true);
  const best = found.sort((a, b) => b.score - a.score).slice(0, limit);
  const left = words.slice(done).reduce((sum, { weight }) => sum + weight, 0);
  return { ...rankingOf(best, !isCut && left <= (done < words.length ? best[limit - 1]!.score : 0)), scanned };
}

/** The rarest word, and as many of the next as keep the candidates few. */
function groupSize(words: readonly AskedWord[]): number {
  let sum = 0;
  const end = words.findIndex(({ passages }) => (sum += passages) > FEW_CANDIDATES);
  return end < 0 ? words.length : Math.max(1, end);
}

interface Group {
  /** Passages with these have been scored. */
  readonly before: readonly AskedWord[];
  readonly wanted: readonly AskedWord[];
  readonly most: number;
}

interface Scoring {
  readonly among: Among;
  readonly words: readonly AskedWord[];
  /** Where the candidates are: read whole, or found by the index. */
  readonly from: 'passage_words' | Group;
}

async function ranked(manager: EntityManager, { among, words, from }: Scoring, limit: number): Promise<RankedRow[]> {
  const parameters = new Parameters();
  const { k1, b } = BM25;
  const all = parameters.bind(words.map(({ lexeme }) => lexeme));
  const asked = `ARRAY(SELECT any_of(ARRAY[lexeme]) FROM unnest(${all}::text[]) WITH ORDINALITY AS asked (lexeme, place) ORDER BY place)`;
  const weights = `${parameters.bind(words.map(({ weight }) => weight))}::float8[]`;
  const norm = `${k1 * (1 - b)} + ${k1 * b} * length / ${parameters.bind(meanLength(among))}::float8`;
  const candidates = from === 'passage_words' ? from : candidatesOf(among, from, parameters);
  const rows = await manager.query(
    `SELECT id, score, count(*) OVER ()::integer AS scanned FROM (
       SELECT passage AS id, bm25(words, ${asked}, ${weights}, ${norm}) AS score
       FROM ${candidates} WHERE collection = ${parameters.bind(among.place.id)} AND tenant = ${parameters.bind(among.place.tenant)} AND ${isAmong(among, parameters)} AND words @@ any_of(${all}) OFFSET 0
     ) AS compared ORDER BY score DESC, id LIMIT ${parameters.bind(limit)}`,
    parameters.values,
  );
  return rows as RankedRow[];
}

function candidatesOf({ place }: Among, { before, wanted, most }: Group, parameters: Parameters): string {
  const any = (words: readonly AskedWord[]) => `any_of(${parameters.bind(words.map(({ lexeme }) => lexeme))}::text[])`;
  const asked = before.length > 0 ? `${any(wanted)} && !!${any(before)}` : any(wanted);
  return `passages_with(${parameters.bind(place.id)}, ${asked}, ${parameters.bind(most)})`;
}

function meanLength({ place: { passages, words } }: Among): number {
  return Math.max(1, words / passages);
}
