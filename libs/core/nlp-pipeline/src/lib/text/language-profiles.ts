import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { NgramTable } from './ngram-table';

/** What eld's package knows of its languages. */
export interface LanguageProfiles {
  /** ISO 639-1. */
  readonly languages: readonly string[];
  /** By language: the score that its texts reach on the average. */
  readonly typical: Float64Array;
  /** Where in `weights` an n-gram's are: how many, then a language's index and its weight each. */
  readonly ngrams: NgramTable;
  readonly weights: Uint16Array;
  /** The letter that stands for a byte above 127 of a letter's UTF-8. */
  readonly letters: readonly string[];
  /** What stands between words. With the flag `g`. */
  readonly separators: RegExp;
}

/** eld keeps its weights smaller by as much. */
const LEAST_WEIGHT = 53;

interface NgramsModule {
  readonly ngramsData: { readonly languages: Readonly<Record<number, string>>; readonly ngrams: Readonly<Record<string, Readonly<Record<number, number>>>> };
}

/** Reads the data set `medium` (2 MB) from eld's package, which exports nothing but a detector over it. @throws Error where no such package is installed */
export function readProfiles(): LanguageProfiles {
  const require = createRequire(__filename);
  const folder = require.resolve.paths('eld')?.map((path) => join(path, 'eld/src')).find(existsSync);
  if (folder === undefined) throw new Error('the package eld is not installed');
  const read = <T>(file: string) => require(join(folder, file)) as T;
  const { languages, ngrams } = read<NgramsModule>('ngrams/medium.js').ngramsData;
  const { avgScore } = read<{ readonly avgScore: Readonly<Record<string, number>> }>('avgScore.js');
  const codes = Object.values(languages);
  return {
    languages: codes,
    typical: Float64Array.from(codes, (code) => avgScore[code]!),
    ...packed(ngrams),
    letters: read<{ readonly dictionary: readonly string[] }>('dictionary.js').dictionary,
    separators: read<{ readonly separators: RegExp }>('regexPatterns.js').separators,
  };
}

function packed(weightsOf: NgramsModule['ngramsData']['ngrams']): Pick<LanguageProfiles, 'ngrams' | 'weights'> {
  const known = Object.keys(weightsOf);
  const ngrams = new NgramTable(known.length);
  const weights: number[] = [];
  for (const ngram of known) {
    const place = weights.push(0) - 1;
    const byLanguage = weightsOf[ngram]!;
    for (const language in byLanguage) weights.push(Number(language), byLanguage[Number(language)]! + LEAST_WEIGHT);
    weights[place] = (weights.length - place - 1) / 2;
    ngrams.put(ngram, place);
  }
  return { ngrams, weights: Uint16Array.from(weights) };
}
