import { z } from 'zod';
import type { Token } from '../doc';
import { refusal } from '../text/made-for';
import { TAGGER_ENGINE, tagger } from '../text/tagger';
import { TOKEN_RULES, wordsOf } from '../text/words';
import { defineStep } from './define-step';
import { collect, eachDoc } from './each-doc';
import { withTags } from './with-tags';

/** Gives `tokens` as the step `tokens` does, with `pos` (universal part of speech) and `lemma` each. English. */
export const posLemma = defineStep({
  use: 'pos-lemma',
  parameters: z.strictObject({}),
  make: () => ({
    gives: 'tokens',
    needs: ['language'],
    warmUp: async () => void (await tagger()),
    run: (docs, run) =>
      eachDoc<readonly Token[]>(docs, run, async (doc) => {
        const error = refusal(doc, 'wink-nlp', ['en']);
        if (error) return { error };
        const words = await collect(wordsOf(doc.text), run);
        return { value: await withTags(doc.text, words, run), engine: `${TOKEN_RULES}, ${TAGGER_ENGINE}` };
      }),
  }),
});
