import type { Span, Token } from '../doc';
import type { Run } from '../run';
import { tagged, tagger } from '../text/tagger';

/** Words that are tagged at once, up to the next end of a sentence, or these many more. */
const WORDS = 500;

/** The words of an English text with part of speech and lemma each. */
export async function withTags(text: string, words: readonly Span[], { pace }: Pick<Run, 'pace'>): Promise<readonly Token[]> {
  const tag = await tagger();
  const tokens: Token[] = [];
  for (let start = 0; start < words.length; ) {
    if (pace.isDue()) await pace.rest();
    const end = stretchEnd(text, words, start);
    for (const token of tagged(tag, text, words.slice(start, end))) tokens.push(token);
    start = end;
  }
  return tokens;
}

function stretchEnd(text: string, words: readonly Span[], start: number): number {
  const most = Math.min(words.length, start + 2 * WORDS);
  for (let at = start + WORDS; at < most; at += 1) if ('.!?'.includes(text[words[at]!.start]!)) return at + 1;
  return most;
}
