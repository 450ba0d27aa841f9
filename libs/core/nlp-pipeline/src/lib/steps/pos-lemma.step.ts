import { z } from 'zod';
import type { Span, Token } from '../doc';
import type { Run } from '../run';
import { refusal } from '../text/made-for';
import { TAGGER_ENGINE, tagged, tagger } from '../text/tagger';
import { TOKEN_RULES, wordsOf } from '../text/words';
import { defineStep } from './define-step';
import { collect, eachDoc } from './each-doc';

/** Words that are tagged at once, up to the next end of a sentence, or these many more. */
const WORDS = 500;

/** Gives `tokens` as the step `tokens` does, with `pos` (universal part of speech) and `lemma` each. English. */
export const posLemma = defineStep({
  use: 'pos-lemma',
  parameters: z.strictObject({}),
  make: () => ({
    gives: 'tokens',
    needs: ['language'],
    warmUp: async () => void (await tagger()),
    run: async (docs, run) => {
      const tag = await tagger();
      return eachDoc<readonly Token[]>(docs, run, async (doc) => {
        const error = refusal(doc, 'wink-nlp', ['en']);
        if (error) return { error };
        const words = await collect(wordsOf(doc.text), run);
        return { value: await inStretches(doc.text, words, { run, read: (stretch) => tagged(tag, doc.text, stretch) }), engine: `${TOKEN_RULES}, ${TAGGER_ENGINE}` };
      });
    },
  }),
});

async function inStretches(text: string, words: readonly Span[], { run, read }: { readonly run: Run; readonly read: (words: readonly Span[]) => readonly Token[] }): Promise<readonly Token[]> {
  const tokens: Token[] = [];
  for (let start = 0; start < words.length; ) {
    if (run.pace.isDue()) await run.pace.rest();
    const end = stretchEnd(text, words, start);
    for (const token of read(words.slice(start, end))) tokens.push(token);
    start = end;
  }
  return tokens;
}

function stretchEnd(text: string, words: readonly Span[], start: number): number {
  const most = Math.min(words.length, start + 2 * WORDS);
  for (let at = start + WORDS; at < most; at += 1) if ('.!?'.includes(text[words[at]!.start]!)) return at + 1;
  return most;
}
