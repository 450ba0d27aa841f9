import type { Language } from '../doc';
import { readLanguageData } from './language-data';
import { LanguageScorer, bestOf, type LanguageScores } from './language-scorer';

/** Who detects: package and data set. */
export const LANGUAGE_ENGINE = 'eld@2.1.0';

/** Characters at a place, and places. The first look at a text that is not long takes all places as one. */
const GLANCE = { characters: 60, places: 3 };
const LONG = 1_000;
/** More, where the first look is undecided or its places disagree; the scorer reads no more than 350 characters. */
const LOOK = { characters: 350, places: 5 };
/** Fewer letters than these are undecided unless one language stands out: less so in other scripts than Latin, which few languages share. */
const FEW_LETTERS = 20;
const STANDS_OUT = 0.15;
const STANDS_OUT_OF_FEW = 0.02;
/** A lower confidence is `unknown` unless somebody says otherwise. */
export const SURE_ENOUGH = 0.4;
const LETTERS = /\p{L}/gu;
const ENOUGH_LETTERS = new RegExp(String.raw`^(?:\P{L}*\p{L}){${FEW_LETTERS}}`, 'u');
const LATIN = /\p{Script=Latin}/u;
export const UNKNOWN: Language = { code: 'unknown', confidence: 0 };

let loaded: LanguageScorer | undefined;

/** Loads eld's n-grams once: about 60 MB of heap, in about half a second for which the thread is held. */
export function languageScorer(): LanguageScorer {
  return (loaded ??= new LanguageScorer(readLanguageData()));
}

/** The language that most of the text is in, read at a few places; `unknown` below `atLeast`, or where too little speaks for one. */
export function detectLanguage(text: string, atLeast = SURE_ENOUGH): Language {
  const scorer = languageScorer();
  const samples = samplesOf(text, GLANCE);
  const glance = seen(scorer, text.length < LONG ? [samples.join(' ')] : samples);
  const isClear = glance.every(({ isReliable, best }) => isReliable && best === glance[0]!.best);
  if (isClear || text.length <= GLANCE.characters * GLANCE.places) return judged(glance, scorer, atLeast); // no more of it is there to see
  return judged(seen(scorer, samplesOf(text, LOOK)), scorer, atLeast);
}

interface Place extends LanguageScores {
  /** At most as many as are not few. */
  readonly letters: number;
  readonly hasLatin: boolean;
}

function judged(places: readonly Place[], { languages }: LanguageScorer, atLeast: number): Language {
  const letters = places.reduce((sum, place) => sum + place.letters, 0);
  const [best, score, second] = bestOf(sumOf(places.filter(({ isReliable }) => isReliable)));
  const confidence = Math.min(1, score / Math.max(1, places.length));
  if (score === 0 || confidence < atLeast) return UNKNOWN;
  const margin = places.some(({ hasLatin }) => hasLatin) ? STANDS_OUT : STANDS_OUT_OF_FEW;
  if (letters < FEW_LETTERS && score - second < margin) return UNKNOWN;
  return { code: languages[best]!, confidence: Math.round(confidence * 1_000) / 1_000 };
}

/** From the beginning to the end; a short text whole. */
function samplesOf(text: string, { characters, places }: typeof GLANCE): readonly string[] {
  if (text.length <= characters * places) return [text];
  const step = (text.length - characters) / (places - 1);
  return Array.from({ length: places }, (_, index) => wordsFrom(text, Math.round(index * step), characters));
}

/** What the scorer says of those that have letters. */
function seen(scorer: LanguageScorer, samples: readonly string[]): readonly Place[] {
  return samples.flatMap((sample) => {
    const letters = lettersIn(sample);
    if (letters === 0) return [];
    return [{ letters, hasLatin: LATIN.test(sample), ...scorer.score(sample) }];
  });
}

/** Without the half of a word that it would begin with. */
function wordsFrom(text: string, start: number, characters: number): string {
  const sample = text.slice(start, start + characters);
  const space = start === 0 ? -1 : sample.search(/\s/);
  return space < 0 || space > characters / 2 ? sample : sample.slice(space + 1);
}

/** By language. */
function sumOf(places: readonly LanguageScores[]): readonly number[] {
  const [first = { scores: [] }, ...others] = places;
  return others.length === 0 ? first.scores : first.scores.map((score, language) => others.reduce((sum, { scores }) => sum + scores[language]!, score));
}

/** As many as make a difference. */
function lettersIn(text: string): number {
  return ENOUGH_LETTERS.test(text) ? FEW_LETTERS : (text.match(LETTERS)?.length ?? 0);
}
