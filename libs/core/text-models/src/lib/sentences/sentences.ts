import { BEFORE_NUMBERS, DATES, GERMAN_MONTHS, LEADING, STARTERS, TITLES, TRAILING } from './abbreviations';

/** UTF-16 units into the text, `end` behind the last one. */
export interface SentenceSpan {
  readonly start: number;
  readonly end: number;
}

/** Rules' name and version: change the number with the rules. */
export const SENTENCE_RULES = 'cortex-sentences@2';

/** Where a sentence may end: its marks (a Greek question mark looks like a semicolon) with closing quotes and brackets, or an empty line. */
const END = /([.!?…‼⁇⁈⁉]+|(?<=\p{Script=Greek})[;\u037e]|[。！？｡．।॥؟۔።]+)["'”’»›)\]}」』）]*|\n[ \t\r\f\v]*\n\s*/gu;
/** What begins with a small letter and begins a sentence all the same: "eBay", "b) next". */
const SMALL_STARTERS = /^(?:\p{Ll}+\p{Lu}|\p{Ll}\))/u;
/** How far around a mark the rules look, so that time grows as the text. */
const LOOK = 40;

/** Sentences in order, without white space around them; together they hold every other character. In linear time. */
export function* sentencesOf(text: string): Generator<SentenceSpan> {
  for (const sentence of sentencesInSteps(text)) if (sentence) yield sentence;
}

/** The same, and undefined for each mark that ends none, so that a reader may pause in a text of nothing else. */
export function* sentencesInSteps(text: string): Generator<SentenceSpan | undefined> {
  let start = 0;
  for (const { end, isEnd } of marksOf(text)) {
    yield isEnd ? trimmed(text, start, end) : undefined;
    if (isEnd) start = end;
  }
  yield trimmed(text, start, text.length);
}

/** Tells of places in a text, asked about in ascending order, whether a sentence ended since the place before. It reads no further than the next mark. */
export function sentenceEnds(text: string): (place: number) => boolean {
  const marks = marksOf(text);
  let next = marks.next();
  return (place) => {
    let hasEnded = false;
    for (; !next.done && next.value.end <= place; next = marks.next()) hasEnded ||= next.value.isEnd;
    return hasEnded;
  };
}

interface Mark {
  readonly end: number;
  readonly isEnd: boolean;
}

/** Where sentences may end, and whether they do. */
function* marksOf(text: string): Generator<Mark> {
  let start = 0;
  for (const { 0: found, 1: marks, index } of text.matchAll(END)) {
    const end = index + found.length;
    const isEnd = marks === undefined || endsSentence(text, { start, marks, index, end });
    yield { end, isEnd };
    if (isEnd) start = end;
  }
}

interface Ending {
  /** Where the sentence began. */
  readonly start: number;
  readonly marks: string;
  /** Where the marks begin, and where they and what closes behind them end. */
  readonly index: number;
  readonly end: number;
}

function endsSentence(text: string, { start, marks, index, end }: Ending): boolean {
  if (/[。！？｡．।॥؟۔።]/.test(marks)) return true;
  if (end < text.length && !/\s/.test(text[end]!)) return false; // inside a number, an address, a name
  const next = nextWord(text, end);
  if (next === undefined) return true;
  if (/^\p{Ll}/u.test(next) && !SMALL_STARTERS.test(next)) return false;
  return marks === '.' && index + 1 === end ? !isAbbreviation(wordBefore(text, start, index), next) : true;
}

/** Behind white space and what opens: the first word, cut; nothing at the end of the text or of a paragraph. */
function nextWord(text: string, from: number): string | undefined {
  const [, word] = /^\s*["'“‘«‹([{¿¡]*([^\s"'“‘«([{]*)/.exec(text.slice(from, from + LOOK)) ?? [];
  return word === '' ? undefined : word;
}

interface WordBefore {
  readonly word: string;
  /** Nothing stands before it in its sentence or in its line. */
  readonly isFirst: boolean;
}

function wordBefore(text: string, start: number, end: number): WordBefore {
  const before = text.slice(Math.max(start, end - LOOK), end);
  const [word = ''] = /[^\s("'“‘«[{/]*$/.exec(before) ?? [];
  return { word, isFirst: /(^|\n)\s*$/.test(before.slice(0, before.length - word.length)) };
}

/** Whether the dot behind this word belongs to it, so that the sentence goes on with `next` (no lower-case word). */
function isAbbreviation({ word, isFirst }: WordBefore, next: string): boolean {
  const small = word.toLowerCase();
  const following = (/^[\p{L}\p{M}]+/u.exec(next)?.[0] ?? '').toLowerCase();
  const begins = STARTERS.has(following);
  const isCapital = /^\p{Lu}/u.test(word);
  if (LEADING.has(small) || (isCapital && TITLES.has(small))) return true;
  if (isFirst && /^(?:\d{1,2}|[a-z])$/.test(word)) return true; // "1. First", "a. First"
  if (/^\d{1,2}$/.test(word) && GERMAN_MONTHS.has(following)) return true;
  if ((BEFORE_NUMBERS.has(small) || DATES.has(small)) && /^[\d#]/.test(next)) return true;
  if (/^\p{Lu}$/u.test(word)) return !begins && word !== 'I'; // an initial
  if (TRAILING.has(small) || (isCapital && DATES.has(small)) || /^(?:\p{L}\.)+\p{L}$/u.test(word)) return !begins;
  return false;
}

function trimmed(text: string, start: number, end: number): SentenceSpan | undefined {
  let [from, to] = [start, end];
  while (from < to && isSpace(text.charCodeAt(from))) from += 1;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to -= 1;
  return from < to ? { start: from, end: to } : undefined;
}

function isSpace(unit: number): boolean {
  return unit <= 32 ? unit === 32 || (unit >= 9 && unit <= 13) : unit >= 0xa0 && /\s/.test(String.fromCharCode(unit));
}
