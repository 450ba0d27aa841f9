import { ownsItsDot } from '@cortex/text-models';
import type { Span } from '../doc';
import { plainEnd } from './plain-words';

/** Rules' name and version: change the number with the rules. */
export const TOKEN_RULES = 'cortex-tokens@1';

/** Every repetition before a mark that may be missing is bounded, so that time grows as the text. */
const FORMS = [
  String.raw`(?:https?:\/\/|www\.)[^\s<>"“”]*[^\s<>"“”.,;:!?'’)\]}…]`,
  String.raw`[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}`,
  String.raw`[#@][\p{L}_][\p{L}\p{M}\p{N}_]*`,
  String.raw`(?:\p{L}\.){2,12}(?![\p{L}\p{N}])`,
  String.raw`\p{N}+(?:[.,:]\p{N}+)*(?![\p{L}\p{M}\p{N}])`,
  String.raw`[\p{L}\p{N}_][\p{L}\p{M}\p{N}_\u200C\u200D]*(?:['’][\p{L}\p{M}]+)*`,
  String.raw`\p{RI}{2}`,
  String.raw`\p{Extended_Pictographic}[\uFE0F\p{EMod}]*(?:\u200D\p{Extended_Pictographic}[\uFE0F\p{EMod}]*){0,8}`,
  String.raw`\.{2,}`,
  String.raw`[^\s]\p{M}*`,
];
const TOKEN = new RegExp(FORMS.join('|'), 'uy');
/** Scripts that put no spaces between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const CLITIC = /(?:n['’]t|['’](?:s|re|ve|ll|d|m))$/i;
const LONGEST_ABBREVIATION = 6;
/** A longer run without a space is cut before the segmenter sees it. */
const SEGMENT = 2_000;
const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

/** Words, numbers, addresses and marks in order; together they hold every character but white space. English clitics stand alone ("do", "n't"). */
export function* wordsOf(text: string): Generator<Span> {
  for (let start = afterSpaces(text, 0); start < text.length; start = afterSpaces(text, start)) {
    const plain = plainEnd(text, start);
    const end = plain === start ? formEnd(text, start) : plain;
    const word = text.slice(start, end);
    if (plain === start && word.length > 1 && UNSPACED.test(word)) yield* segmentsOf(text, start, (start = end));
    else if (plain === start && word.length > 2 && CLITIC.test(word)) yield* cliticApart(word, (start = end) - word.length);
    else yield { start, end: (start = end + (text[end] === '.' && isAbbreviation(word) ? 1 : 0)) };
  }
}

const SPACES = /\s*/y;

function afterSpaces(text: string, start: number): number {
  const code = text.charCodeAt(start);
  if (code > 0x20 && code < 0x80) return start;
  SPACES.lastIndex = start;
  SPACES.test(text);
  return SPACES.lastIndex;
}

/** Where the form ends that begins here, at anything but white space. */
export function formEnd(text: string, start: number): number {
  TOKEN.lastIndex = start;
  TOKEN.test(text);
  return TOKEN.lastIndex;
}

function isAbbreviation(word: string): boolean {
  return word.length <= LONGEST_ABBREVIATION && ownsItsDot(word);
}

function* segmentsOf(text: string, start: number, end: number): Generator<Span> {
  for (let from = start; from < end; from += SEGMENT) {
    const to = Math.min(end, from + SEGMENT);
    for (const { index, segment } of segmenter.segment(text.slice(from, to))) yield { start: from + index, end: from + index + segment.length };
  }
}

function* cliticApart(word: string, start: number): Generator<Span> {
  const at = start + CLITIC.exec(word)!.index;
  if (at > start) yield { start, end: at };
  yield { start: at, end: start + word.length };
}
