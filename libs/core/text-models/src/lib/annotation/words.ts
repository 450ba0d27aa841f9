import type { Token, Tokenizer } from '../tokenizer.port';
import { entryEnds } from './entries';
import { letterCaseOf, type LetterCase } from './letter-case';
import { sectionsOf } from './sections';
import type { PlacedWord } from './spans';

/** A word as BERT's tokenizers cut texts: between white space, each punctuation mark by itself. */
export interface Word extends PlacedWord {
  /** Of its pieces, at least one. */
  readonly ids: readonly number[];
  readonly letterCase: LetterCase;
  /** Begins a line, a cell or a paragraph of its own: nothing goes on here. */
  readonly beginsEntry: boolean;
}

/** A text's words, a section at a time. Undefined for one that the tokenizer gives no offsets for. */
export function* wordsOf(tokenizer: Tokenizer, text: string): Iterable<readonly Word[] | undefined> {
  const beginsEntry = entryEnds(text);
  for (const { start, stop } of sectionsOf(text)) {
    const section = text.slice(start, stop);
    yield wordsIn(section, tokenizer.tokens(section, { addSpecialTokens: false }), { start, beginsEntry });
  }
}

interface SectionPlace {
  /** Where the section begins in its text. */
  readonly start: number;
  readonly beginsEntry: (place: number) => boolean;
}

function wordsIn(section: string, tokens: readonly Token[], { start: by, beginsEntry }: SectionPlace): readonly Word[] | undefined {
  const words: Word[] = [];
  for (let at = 0; at < tokens.length; ) {
    const first = tokens[at]!;
    const ids = [first.id];
    let { stop } = first;
    for (at += 1; tokens[at]?.continues; at += 1) {
      ids.push(tokens[at]!.id);
      stop = tokens[at]!.stop;
    }
    if (first.start === undefined || stop === undefined) return undefined;
    const start = by + first.start;
    words.push({
      start, stop: by + withMarks(section, stop, tokens[at]?.start), ids, letterCase: letterCaseOf(section.slice(first.start, stop)), beginsEntry: beginsEntry(start),
    });
  }
  return words;
}

const COMBINING_FROM = 0x300;
const MARK = /\p{M}/u;

/** Accents that stand as characters of their own are stripped before the text is read; they belong to the letter before them. */
function withMarks(text: string, stop: number, next = text.length): number {
  let end = stop;
  while (end < next && text.charCodeAt(end) >= COMBINING_FROM && MARK.test(text.charAt(end))) end += 1;
  return end;
}
