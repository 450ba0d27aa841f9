import type { Span, Token } from '../doc';
import { STOP_WORDS } from './stop-words';

export interface Phrase extends Span {
  /** As it stands where it comes first. */
  readonly text: string;
  /** 0..1, above 0.5 for what is more than usual. */
  readonly score: number;
  /** How often it comes, whatever its capitals. */
  readonly count: number;
}

interface Word extends Span {
  readonly key: string;
  readonly isCapital: boolean;
  /** Its letter in NOUN_PHRASE. */
  readonly kind: string;
  /** Which sentence it stands in. */
  readonly sentence: number;
}

/** What is known of a word over the whole text. */
interface WordStatistics {
  count: number;
  capitals: number;
  readonly sentences: number[];
  readonly before: Set<string>;
  readonly after: Set<string>;
}

export interface PhraseOptions {
  readonly maxWords: number;
  /** Most phrases that are given. */
  readonly limit: number;
}

/** Nouns behind what describes them, and such phrases with "of" between. A: adjective, N: noun, O: of. The limits keep it linear. */
const NOUN_PHRASE = /A{0,9}N{1,9}(?:OA{0,9}N{1,9}){0,3}/g;

/**
 * Noun phrases that a text is about, the best first, by its statistics alone: words that come often, early, in many sentences, with
 * capitals, and among the same neighbours. Source of the words' weights: Campos et al., YAKE!, 2020.
 */
export function phrasesOf(text: string, { tokens, sents }: { readonly tokens: readonly Token[]; readonly sents: readonly Span[] }, { maxWords, limit }: PhraseOptions): readonly Phrase[] {
  const runs = runsOf(text, tokens, sents);
  const weights = weightsOf(runs.flat(), runs, sents.length);
  const phrases = new Map<string, { readonly first: readonly Word[]; count: number }>();
  for (const run of runs) for (const words of nounPhrasesOf(run, maxWords)) note(phrases, words);
  return Array.from(phrases.values(), ({ first, count }) => ({
    start: first[0]!.start,
    end: first.at(-1)!.end,
    text: text.slice(first[0]!.start, first.at(-1)!.end),
    score: scoreOf(first.flatMap(({ key }) => (STOP_WORDS.has(key) ? [] : [weights.get(key)!])), count),
    count,
  }))
    .sort((a, b) => b.score - a.score || a.start - b.start)
    .slice(0, limit);
}

/** Words that stand side by side, without marks between and within one sentence; a line that begins with a capital is another's. */
function runsOf(text: string, tokens: readonly Token[], sents: readonly Span[]): readonly (readonly Word[])[] {
  const runs: Word[][] = [[]];
  let sentence = 0;
  let behind = 0;
  for (const { start, end, pos = 'X' } of tokens) {
    const isNew = start >= (sents[sentence]?.end ?? Infinity);
    if (isNew) while (sentence < sents.length - 1 && start >= sents[sentence]!.end) sentence += 1;
    const written = text.slice(start, end);
    const isWord = end - start <= 40 && /^[\p{L}\p{N}]/u.test(written);
    const isUpper = /^\p{Lu}/u.test(written);
    if (isNew || !isWord || (isUpper && text.slice(behind, start).includes('\n'))) runs.push([]);
    const key = written.toLowerCase();
    const isCapital = isUpper && start !== sents[sentence]?.start;
    if (isWord) runs.at(-1)!.push({ start, end, key, isCapital, kind: kindOf(key, isCapital && pos === 'VERB' ? 'PROPN' : pos), sentence });
    behind = end;
  }
  return runs.filter((run) => run.length > 0);
}

function weightsOf(words: readonly Word[], runs: readonly (readonly Word[])[], sentences: number): ReadonlyMap<string, number> {
  const all = new Map<string, WordStatistics>();
  for (const { key, isCapital, sentence } of words) {
    const statistics = all.get(key) ?? { count: 0, capitals: 0, sentences: [], before: new Set(), after: new Set() };
    all.set(key, statistics);
    statistics.count += 1;
    statistics.capitals += isCapital ? 1 : 0;
    if (statistics.sentences.at(-1) !== sentence) statistics.sentences.push(sentence);
  }
  for (const run of runs) for (const [index, { key }] of run.entries()) neighbours(all.get(key)!, run[index - 1]?.key, run[index + 1]?.key);
  const counts = Array.from(all.values(), ({ count }) => count);
  const mean = counts.reduce((sum, count) => sum + count, 0) / (counts.length || 1);
  const spread = Math.sqrt(counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length || 1));
  const most = counts.reduce((max, count) => Math.max(max, count), 1);
  return new Map(Array.from(all, ([key, statistics]) => [key, weightOf(statistics, { usual: mean + spread, most, sentences })]));
}

function neighbours(statistics: WordStatistics, before: string | undefined, after: string | undefined): void {
  if (before !== undefined) statistics.before.add(before);
  if (after !== undefined) statistics.after.add(after);
}

/** Small is good. */
function weightOf({ count, capitals, sentences, before, after }: WordStatistics, text: { readonly usual: number; readonly most: number; readonly sentences: number }): number {
  const capital = capitals / (1 + Math.log(count));
  const position = 1 + Math.log(1 + sentences[sentences.length >> 1]!); // softer than YAKE's, under which the first sentence alone wins in a short text
  const frequency = count / text.usual;
  const neighbourhood = 1 + ((before.size + after.size) / (2 * count)) * (count / text.most);
  const spread = sentences.length / (text.sentences || 1);
  return (neighbourhood * position) / (capital + frequency / neighbourhood + spread / neighbourhood);
}

function kindOf(key: string, pos: string): string {
  if (key === 'of') return 'O';
  if (STOP_WORDS.has(key) || key.length === 1 || /^[\p{N}.,:]+$/u.test(key)) return '-';
  return pos === 'ADJ' ? 'A' : pos === 'NOUN' || pos === 'PROPN' ? 'N' : '-';
}

/** The longest; of those that are too long the last words of each part. */
function* nounPhrasesOf(run: readonly Word[], maxWords: number): Generator<readonly Word[]> {
  const kinds = run.map(({ kind }) => kind).join('');
  for (const { 0: found, index } of kinds.matchAll(NOUN_PHRASE)) {
    const parts = found.length <= maxWords ? [found] : found.split('O');
    let start = index;
    for (const { length } of parts) {
      const end = start + length;
      yield run.slice(Math.max(start, end - maxWords), end);
      start = end + 1;
    }
  }
}

function note(phrases: Map<string, { readonly first: readonly Word[]; count: number }>, words: readonly Word[]): void {
  const key = words.map((word) => word.key).join(' ');
  const known = phrases.get(key);
  if (known) known.count += 1;
  else phrases.set(key, { first: words, count: 1 });
}

/** By the geometric mean of the words' weights (small is good), for the better where a phrase comes again or says more. */
function scoreOf(weights: readonly number[], count: number): number {
  const mean = weights.reduce((all, weight) => all * weight, 1) ** (1 / weights.length);
  return 1 / (1 + mean / (count * weights.length));
}
