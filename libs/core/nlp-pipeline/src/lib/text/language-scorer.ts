import type { LanguageData } from './language-data';

/** How much of a text each language has. */
export interface LanguageScores {
  /** The index of the one with the highest score; -1 for a text of which no language knows a piece. */
  readonly best: number;
  /** Whether there is enough to read, and the best one scores nearly as its texts do. */
  readonly isReliable: boolean;
  /** 0..1 by language. */
  readonly scores: readonly number[];
}

/** A mean weight as large as this is a score of one half. */
const HALF = 25;
const RELIABLE = { ofTypical: 0.75, ngrams: 3 };
/** Characters that are looked at, bytes after which the next space ends the reading, bytes after which it ends anyway, and bytes of a word. */
const READ = { characters: 1_000, bytes: 350, mostBytes: 380, word: 70 };
const NGRAM = 4;
const STRIDE = 3;
const NOT_ASCII = /[\x80-\xff]/g;

/** Scores languages exactly as eld's detector does, over its data: a word gives n-grams of four bytes, every third one and the last, and each that a text has counts once. */
export class LanguageScorer {
  constructor(private readonly data: LanguageData) {}

  get languages(): readonly string[] {
    return this.data.languages;
  }

  score(text: string): LanguageScores {
    const ngrams = new Set<string>();
    for (const word of this.#wordsOf(text)) if (word !== '') addNgrams(ngrams, word);
    const weights = new Array<number>(this.languages.length).fill(0);
    for (const ngram of ngrams) this.#addWeights(weights, this.data.places.get(ngram));
    const scores = weights.map((weight) => (weight === 0 ? 0 : weight / (weight + HALF * ngrams.size)));
    const [best, score] = bestOf(scores);
    const isReliable = best >= 0 && ngrams.size >= RELIABLE.ngrams && score >= this.data.typical[best]! * RELIABLE.ofTypical;
    return { best, isReliable, scores };
  }

  #addWeights(weights: number[], place: number | undefined): void {
    if (place === undefined) return;
    const known = this.data.weights;
    const end = place + 2 * known[place]!;
    for (let at = place + 1; at < end; at += 2) weights[known[at]!]! += known[at + 1]!;
  }

  #wordsOf(text: string): readonly string[] {
    const letters = text.slice(0, READ.characters).replace(this.data.separators, ' ').trim().toLowerCase();
    const bytes = Buffer.from(letters).toString('latin1');
    const words = read(bytes).split(' ');
    return bytes.length === letters.length ? words : words.map((word) => word.replace(NOT_ASCII, (byte) => this.data.letters[byte.charCodeAt(0)]!));
  }
}

/** As many of the bytes, a character each, as are looked at. */
function read(bytes: string): string {
  if (bytes.length <= READ.bytes) return bytes;
  let end = READ.mostBytes + 1;
  while ((bytes.charCodeAt(end) & 0xc0) === 0x80) end += 1; // within a character
  const space = bytes.indexOf(' ', READ.bytes + 1);
  return bytes.slice(0, space >= 0 && space < end ? space : end);
}

function addNgrams(ngrams: Set<string>, word: string): void {
  const length = Math.min(word.length, READ.word);
  let at = 0;
  for (; at + NGRAM < length; at += STRIDE) ngrams.add(at === 0 ? ` ${word.slice(0, NGRAM)}` : word.slice(at, at + NGRAM));
  ngrams.add(`${at === 0 ? ' ' : ''}${word.slice(Math.max(0, length - NGRAM))} `);
}

/** The place of the highest score, it, and the one after it; the place is -1 where all are 0. */
export function bestOf(scores: readonly number[]): readonly [best: number, score: number, second: number] {
  let [best, most, second] = [-1, 0, 0];
  for (let place = 0; place < scores.length; place += 1) {
    const score = scores[place]!;
    if (score > most) [best, most, second] = [place, score, most];
    else if (score > second) second = score;
  }
  return [best, most, second];
}
