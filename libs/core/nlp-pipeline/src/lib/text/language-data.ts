import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** What eld knows of its languages. */
export interface LanguageData {
  /** ISO 639-1. */
  readonly languages: readonly string[];
  /** By language: the score that its texts reach on the average. */
  readonly typical: readonly number[];
  /** By n-gram, a letter for each byte of its UTF-8: where its weights are. */
  readonly places: ReadonlyMap<string, number>;
  /** At an n-gram's place: how many languages have it, then of each its index and its weight. One table, because a text's n-grams lie far apart. */
  readonly weights: Uint16Array;
  /** What stands for a byte above 127. */
  readonly letters: readonly string[];
  /** What stands between words. */
  readonly separators: RegExp;
}

/** eld keeps its weights smaller by as much. */
const LEAST_WEIGHT = 53;

interface Ngrams {
  readonly languages: Readonly<Record<number, string>>;
  readonly ngrams: Readonly<Record<string, Readonly<Record<number, number>>>>;
}

/** Reads the data set `medium` (2 MB) from eld's package, which exports nothing but a detector over it. @throws Error where it is not installed */
export function readLanguageData(): LanguageData {
  const require = createRequire(__filename);
  const folder = require.resolve.paths('eld')?.map((path) => join(path, 'eld/src')).find(existsSync);
  if (folder === undefined) throw new Error('the package eld is not installed');
  const read = <T>(file: string) => require(join(folder, file)) as T;
  const { ngramsData } = read<{ readonly ngramsData: Ngrams }>('ngrams/medium.js');
  const { avgScore } = read<{ readonly avgScore: Readonly<Record<string, number>> }>('avgScore.js');
  const { dictionary } = read<{ readonly dictionary: readonly string[] }>('dictionary.js');
  const { separators } = read<{ readonly separators: RegExp }>('regexPatterns.js');
  const languages = Object.values(ngramsData.languages);
  return { languages, typical: languages.map((code) => avgScore[code]!), ...tableOf(ngramsData.ngrams), letters: dictionary, separators };
}

function tableOf(ngrams: Ngrams['ngrams']): Pick<LanguageData, 'places' | 'weights'> {
  const [places, weights] = [new Map<string, number>(), [] as number[]];
  for (const [ngram, byLanguage] of Object.entries(ngrams)) {
    const known = Object.entries(byLanguage);
    places.set(ngram, weights.length);
    weights.push(known.length);
    for (const [language, weight] of known) weights.push(Number(language), weight + LEAST_WEIGHT);
  }
  return { places, weights: Uint16Array.from(weights) };
}
