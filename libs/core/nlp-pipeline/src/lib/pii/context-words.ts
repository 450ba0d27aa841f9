/** How far words count. Characters bound the work, words bound the meaning. */
const BEFORE = { words: 6, characters: 100 };
const AFTER = { words: 2, characters: 40 };
/** Presidio's: what a word adds to a score, and the least that it makes of one. */
const RAISE = 0.35;
const LEAST = 0.4;

export interface Place {
  readonly start: number;
  readonly end: number;
}

/** The first of the words that stands near the place; a word also counts by its beginning (`card` in `cards`). */
export function wordNear(text: string, { start, end }: Place, words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  const near = ` ${wordsBefore(text, start).join(' ')} ${wordsAfter(text, end).join(' ')}`;
  return words.find((word) => near.includes(` ${word}`));
}

/** A score that a word near the finding supports. */
export function raised(score: number): number {
  return Math.min(1, Math.max(LEAST, score + RAISE));
}

/** The word that the place begins in the middle of counts as before it (`SSN:123…`). */
function wordsBefore(text: string, start: number): string[] {
  return wordsOf(text.slice(Math.max(0, start - BEFORE.characters), start)).slice(-BEFORE.words);
}

function wordsAfter(text: string, end: number): string[] {
  return wordsOf(text.slice(end, end + AFTER.characters)).slice(0, AFTER.words);
}

/** Lower case, without the punctuation around them. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/[\s:;,()[\]{}<>"'=|]{1,100}/).filter((word) => word !== '');
}
