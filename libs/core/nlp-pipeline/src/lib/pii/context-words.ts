/** How far words count. Characters bound the work, words bound the meaning. */
const BEFORE = { words: 6, characters: 100 };
const AFTER = { words: 2, characters: 40 };
/** Letters of a word that others are made of. */
const LONG = 6;
const LINE_END = /[\r\n]{1,4}/;
const SENTENCE_END = /[.;!?:]|[\r\n]/;
/** Presidio's: what a word adds to a score, and the least that it makes of one. */
const RAISE = 0.35;
const LEAST = 0.4;

export interface Place {
  readonly start: number;
  readonly end: number;
}

/** The first of the words that stands near the place. */
export function wordNear(text: string, { start, end }: Place, words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  const near = ` ${wordsBefore(text, start).join(' ')} ${wordsAfter(text, end).join(' ')}`;
  return words.find((word) => stands(near, word));
}

/** As it is or in the plural; a long word also at the beginning of another (`steuer` in `steuernummer`, but no `call` in `callum`). */
function stands(near: string, word: string): boolean {
  for (let at = near.indexOf(` ${word}`); at >= 0; at = near.indexOf(` ${word}`, at + 1)) {
    if (word.length >= LONG || /^s?(?![\p{L}\p{N}])/u.test(near.slice(at + 1 + word.length))) return true;
  }
  return false;
}

/** A score that a word near the finding supports. */
export function raised(score: number): number {
  return Math.min(1, Math.max(LEAST, score + RAISE));
}

/** On its line, or on the one above where the line has no other words: a label stands beside or over what it names. */
function wordsBefore(text: string, start: number): string[] {
  const lines = text.slice(Math.max(0, start - BEFORE.characters), start).split(LINE_END);
  const here = wordsOf(lines.at(-1)!);
  return (here.length > 0 ? here : wordsOf(lines.at(-2) ?? '')).slice(-BEFORE.words);
}

/** As far as the sentence goes, and not what names something else (`Phone:`). */
function wordsAfter(text: string, end: number): string[] {
  return wordsOf(text.slice(end, end + AFTER.characters).split(SENTENCE_END)[0]!).slice(0, AFTER.words);
}

/** Lower case, without the punctuation around them. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/[\s:;,()[\]{}<>"'=|]{1,100}/).filter((word) => word !== '');
}
