import { BM25, type SearchedRanking } from '@cortex/query';
import type { EntityManager } from 'typeorm';
import { isAmong, type Among } from './among';
import { askedWords, groupsOf, type AskedWord, type WordGroup } from './asked-words';
import { Parameters } from './parameters';
import { NOTHING, rankingOf, type RankedRow } from './ranked';

export interface Asked {
  readonly query: string;
  readonly language?: string;
  readonly limit: number;
}

/** What is scored, and where. */
interface Scoring {
  readonly manager: EntityManager;
  readonly among: Among;
  readonly words: readonly AskedWord[];
  readonly limit: number;
}

/** Passages with any of the query's words, by BM25. */
export async function matching(manager: EntityManager, among: Among, { limit, ...query }: Asked): Promise<SearchedRanking> {
  const words = await askedWords(manager, among.place, query);
  if (words.length === 0 || among.few?.length === 0) return NOTHING;
  const scoring = { manager, among, words, limit };
  return among.few ? rankingOf(await ranked(scoring), true) : rarestFirst(scoring);
}

/** Passages with common words alone are looked at only where those with rarer ones are too few: they could hardly be among the best. */
async function rarestFirst(scoring: Scoring): Promise<SearchedRanking> {
  const tried: WordGroup[] = [];
  const found: RankedRow[] = [];
  let scanned = 0;
  for (const group of groupsOf(scoring.words)) {
    if (found.length >= scoring.limit) break;
    const rows = await ranked(scoring, group);
    scanned += rows[0]?.scanned ?? 0;
    found.push(...rows);
    tried.push(group);
  }
  const isCut = tried.some((group) => group.isCut);
  if (isCut && found.length < scoring.limit) return rankingOf(await ranked(scoring), true);
  const ranking = found.sort((a, b) => b.score - a.score).slice(0, scoring.limit).map(({ id, score }) => ({ id, score }));
  return { ranking, exact: !isCut && untriedWeight(scoring.words, tried) <= (ranking.at(-1)?.score ?? 0), scanned };
}

/** The most that a passage can score that was not looked at. */
function untriedWeight(words: readonly AskedWord[], tried: readonly WordGroup[]): number {
  const wanted = new Set(tried.flatMap((group) => group.wanted));
  return words.reduce((sum, word) => sum + (wanted.has(word) ? 0 : word.weight), 0);
}

/** The best passages with the words of a group, found through the index; without a group all that have any are read. */
async function ranked({ manager, among, words, limit }: Scoring, group?: WordGroup): Promise<RankedRow[]> {
  const parameters = new Parameters();
  const { k1, b } = BM25;
  const all = lexemesOf(words, parameters);
  const asked = `ARRAY(SELECT any_of(ARRAY[lexeme]) FROM unnest(${all}) WITH ORDINALITY AS asked (lexeme, place) ORDER BY place)`;
  const norm = `${k1 * (1 - b)} + ${k1 * b} * length / ${parameters.bind(meanLength(among))}::float8`;
  const rows = await manager.query(
    `SELECT id, score, count(*) OVER ()::integer AS scanned FROM (
       SELECT passage AS id, bm25(words, ${asked}, ${parameters.bind(words.map(({ weight }) => weight))}::float8[], ${norm}) AS score
       FROM ${group ? candidates(among, group, parameters) : 'passage_words'}
       WHERE collection = ${parameters.bind(among.place.id)} AND tenant = ${parameters.bind(among.place.tenant)} AND ${isAmong(among, parameters)} AND words @@ any_of(${all}) OFFSET 0
     ) AS compared ORDER BY score DESC, id LIMIT ${parameters.bind(limit)}`,
    parameters.values,
  );
  return rows as RankedRow[];
}

function candidates({ place }: Among, { wanted, rarer, most }: WordGroup, parameters: Parameters): string {
  const any = `any_of(${lexemesOf(wanted, parameters)})`;
  const asked = rarer.length > 0 ? `${any} && !!any_of(${lexemesOf(rarer, parameters)})` : any;
  return `passages_with(${parameters.bind(place.id)}, ${asked}, ${parameters.bind(most)})`;
}

function lexemesOf(words: readonly AskedWord[], parameters: Parameters): string {
  return `${parameters.bind(words.map(({ lexeme }) => lexeme))}::text[]`;
}

function meanLength({ place: { passages, words } }: Among): number {
  return Math.max(1, words / passages);
}
