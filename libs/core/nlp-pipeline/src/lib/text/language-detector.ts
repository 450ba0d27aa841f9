import type { Language } from '../doc';

/** Who detects: package and data set. */
export const LANGUAGE_ENGINE = 'eld@2.1.0';

/** What the detector reads at once; it looks at nothing behind. */
const SAMPLE = 350;
/** Places that are looked at in a longer text. */
const SAMPLES = 5;
/** Fewer letters than these are undecided unless one language stands out. */
const FEW_LETTERS = 20;
const STANDS_OUT = 0.15;
export const UNKNOWN: Language = { code: 'unknown', confidence: 0 };

type Detector = { detect(text: string): { getScores(): Record<string, number>; isReliable(): boolean } };
let loading: Promise<Detector> | undefined;

/** Loads the detector's 2 MB of n-grams (about 70 MB of heap) once. */
export function languageDetector(): Promise<Detector> {
  return (loading ??= import('eld/medium').then(({ eld }) => eld));
}

/** The language that most of the text is in, read at up to five places; `unknown` below `atLeast`, or where too little speaks for one. */
export function detectLanguage(detector: Detector, text: string, atLeast: number): Language {
  const places = samplesOf(text).map((sample) => ({ letters: lettersIn(sample), answer: detector.detect(sample) }));
  const letters = places.reduce((sum, place) => sum + place.letters, 0);
  const reliable = places.filter(({ answer }) => answer.isReliable());
  const ranking = rank(reliable.map(({ answer }) => answer.getScores()));
  const [[code, score] = ['', 0], [, second] = ['', 0]] = ranking;
  const confidence = Math.min(1, score / Math.max(1, places.length));
  if (code === '' || confidence < atLeast) return UNKNOWN;
  if (letters < FEW_LETTERS && score - second < STANDS_OUT) return UNKNOWN;
  return { code, confidence: Math.round(confidence * 1_000) / 1_000 };
}

function samplesOf(text: string): readonly string[] {
  if (text.length <= SAMPLE) return [text];
  const step = Math.max(SAMPLE, Math.floor((text.length - SAMPLE) / (SAMPLES - 1)));
  const starts = Array.from({ length: SAMPLES }, (_, index) => index * step).filter((start) => start < text.length);
  return starts.map((start) => text.slice(start, start + SAMPLE)).filter((sample) => lettersIn(sample) > 0);
}

/** Languages by the sum of their scores, the best first. */
function rank(scores: readonly Record<string, number>[]): readonly (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const score of scores) for (const [code, value] of Object.entries(score)) sums.set(code, (sums.get(code) ?? 0) + value);
  return [...sums].sort(([, a], [, b]) => b - a);
}

function lettersIn(text: string): number {
  return text.match(/\p{L}/gu)?.length ?? 0;
}
