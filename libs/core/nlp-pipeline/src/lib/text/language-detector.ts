import type { Language } from '../doc';
import { readProfiles } from './language-profiles';
import { LanguageScorer, type LanguageScores } from './language-scorer';

/** Who detects: package and data set. */
export const LANGUAGE_ENGINE = 'eld@2.1.0';

/** Characters at a place, and places. The first look at a text that is not long takes all places as one: to judge one takes the detector as long as to read 100 characters. */
const GLANCE = { characters: 60, places: 3 };
const LONG = 1_000;
/** More, where the first look is undecided or its places disagree; the detector reads no more than 350 characters. */
const LOOK = { characters: 350, places: 5 };
/** Fewer letters than these are undecided unless one language stands out. */
const FEW_LETTERS = 20;
const STANDS_OUT = 0.15;
const LETTER = /\p{L}/u;
export const UNKNOWN: Language = { code: 'unknown', confidence: 0 };

let scorer: LanguageScorer | undefined;

/** Loads eld's n-grams once: 2 MB of source, in about half a second, for which the thread is held. */
export function languageScorer(): LanguageScorer {
  return (scorer ??= new LanguageScorer(readProfiles()));
}

/** The language that most of the text is in, read at a few places; `unknown` below `atLeast`, or where too little speaks for one. */
export function detectLanguage(scorer: LanguageScorer, text: string, atLeast: number): Language {
  const samples = samplesOf(text, GLANCE);
  const glance = seen(scorer, text.length < LONG ? [samples.join(' ')] : samples);
  const isClear = glance.every(({ isReliable, best }) => isReliable && best === glance[0]!.best);
  if (isClear || text.length <= GLANCE.characters * GLANCE.places) return judged(glance, scorer, atLeast); // no more of it is there to see
  return judged(seen(scorer, samplesOf(text, LOOK)), scorer, atLeast);
}

interface Place extends LanguageScores {
  /** At most as many as are not few. */
  readonly letters: number;
}

function judged(places: readonly Place[], { languages }: LanguageScorer, atLeast: number): Language {
  const letters = places.reduce((sum, place) => sum + place.letters, 0);
  const [best, score, second] = bestOf(sumOf(places.filter(({ isReliable }) => isReliable)));
  const confidence = Math.min(1, score / Math.max(1, places.length));
  if (score === 0 || confidence < atLeast) return UNKNOWN;
  if (letters < FEW_LETTERS && score - second < STANDS_OUT) return UNKNOWN;
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
    return letters === 0 ? [] : [{ letters, ...scorer.score(sample) }];
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
  if (others.length === 0) return first.scores;
  return first.scores.map((score, language) => others.reduce((sum, { scores }) => sum + scores[language]!, score));
}

/** The index of the highest score, it, and the one after it. */
function bestOf(scores: readonly number[]): readonly [best: number, score: number, second: number] {
  let [best, most, second] = [-1, 0, 0];
  for (let index = 0; index < scores.length; index += 1) {
    const score = scores[index]!;
    if (score > most) [best, most, second] = [index, score, most];
    else if (score > second) second = score;
  }
  return [best, most, second];
}

/** As many as make a difference. */
function lettersIn(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length && count < FEW_LETTERS; at += 1) if (isLetterAt(text, at)) count += 1;
  return count;
}

/** The second half of a pair is none. */
function isLetterAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code >= 0x80) return LETTER.test(String.fromCodePoint(text.codePointAt(at)!));
  return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
}
