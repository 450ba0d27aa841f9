import type { Language } from '../doc';

/** Who detects: package and data set. */
export const LANGUAGE_ENGINE = 'eld@2.1.0';

/** Characters at a place, and places. The first look at a text that is not long takes all places as one: to judge one takes the detector as long as to read 100 characters. */
const GLANCE = { characters: 60, places: 3 };
const LONG = 1_000;
/** More, where the first look is undecided or its places disagree; the detector reads no more than 350 characters. */
const LOOK = { characters: 350, places: 5 };
/** Fewer letters than these are undecided unless one language stands out: less so in other scripts than Latin, which few languages share. */
const FEW_LETTERS = 20;
const STANDS_OUT = 0.15;
const STANDS_OUT_OF_FEW = 0.02;
/** A lower confidence is `unknown` unless somebody says otherwise. */
export const SURE_ENOUGH = 0.4;
const LATIN = /\p{Script=Latin}/u;
export const UNKNOWN: Language = { code: 'unknown', confidence: 0 };

type Detector = { detect(text: string): { readonly language: string; getScores(): Record<string, number>; isReliable(): boolean } };
let loading: Promise<Detector> | undefined;

/** Loads the detector's 2 MB of n-grams (about 70 MB of heap) once. */
export function languageDetector(): Promise<Detector> {
  return (loading ??= import('eld/medium').then(({ eld }) => eld));
}

/** The language that most of the text is in, read at a few places; `unknown` below `atLeast`, or where too little speaks for one. */
export function detectLanguage(detector: Detector, text: string, atLeast = SURE_ENOUGH): Language {
  const samples = samplesOf(text, GLANCE);
  const glance = seen(detector, text.length < LONG ? [samples.join(' ')] : samples);
  const isClear = glance.every(({ isReliable, answer: { language } }) => isReliable && language === glance[0]!.answer.language);
  if (isClear || text.length <= GLANCE.characters * GLANCE.places) return judged(glance, atLeast); // no more of it is there to see
  return judged(seen(detector, samplesOf(text, LOOK)), atLeast);
}

/** The same with the detector that there is. */
export async function languageOf(text: string, atLeast = SURE_ENOUGH): Promise<Language> {
  return detectLanguage(await languageDetector(), text, atLeast);
}

interface Place {
  /** At most as many as are not few. */
  readonly letters: number;
  readonly hasLatin: boolean;
  readonly answer: ReturnType<Detector['detect']>;
  readonly isReliable: boolean;
}

function judged(places: readonly Place[], atLeast: number): Language {
  const letters = places.reduce((sum, place) => sum + place.letters, 0);
  const [[code, score] = ['', 0], [, second] = ['', 0]] = rank(places.filter(({ isReliable }) => isReliable).map(({ answer }) => answer.getScores()));
  const confidence = Math.min(1, score / Math.max(1, places.length));
  if (code === '' || confidence < atLeast) return UNKNOWN;
  const margin = places.some(({ hasLatin }) => hasLatin) ? STANDS_OUT : STANDS_OUT_OF_FEW;
  if (letters < FEW_LETTERS && score - second < margin) return UNKNOWN;
  return { code, confidence: Math.round(confidence * 1_000) / 1_000 };
}

/** From the beginning to the end; a short text whole. */
function samplesOf(text: string, { characters, places }: typeof GLANCE): readonly string[] {
  if (text.length <= characters * places) return [text];
  const step = (text.length - characters) / (places - 1);
  return Array.from({ length: places }, (_, index) => wordsFrom(text, Math.round(index * step), characters));
}

/** What the detector says of those that have letters. */
function seen(detector: Detector, samples: readonly string[]): readonly Place[] {
  return samples.flatMap((sample) => {
    const letters = lettersIn(sample);
    if (letters === 0) return [];
    const answer = detector.detect(sample);
    return [{ letters, hasLatin: LATIN.test(sample), answer, isReliable: answer.isReliable() }];
  });
}

/** Without the half of a word that it would begin with. */
function wordsFrom(text: string, start: number, characters: number): string {
  const sample = text.slice(start, start + characters);
  const space = start === 0 ? -1 : sample.search(/\s/);
  return space < 0 || space > characters / 2 ? sample : sample.slice(space + 1);
}

/** Languages by the sum of their scores, the best first. */
function rank(scores: readonly Record<string, number>[]): readonly (readonly [string, number])[] {
  if (scores.length === 1) return Object.entries(scores[0]!); // as the detector ranked them
  const sums = new Map<string, number>();
  for (const score of scores) for (const [code, value] of Object.entries(score)) sums.set(code, (sums.get(code) ?? 0) + value);
  return [...sums].sort(([, a], [, b]) => b - a);
}

/** As many as make a difference. */
function lettersIn(text: string): number {
  const letters = /\p{L}/gu;
  let count = 0;
  while (count < FEW_LETTERS && letters.test(text)) count += 1;
  return count;
}
