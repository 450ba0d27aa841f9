import { z } from 'zod';
import type { Token } from '../doc';
import { TOKEN_RULES, wordsOf } from '../text/words';
import { defineStep } from './define-step';
import { collect, eachDoc } from './each-doc';

/** Gives `tokens`: spans of words and marks, for any language. */
export const tokens = defineStep({
  use: 'tokens',
  parameters: z.strictObject({}),
  make: () => ({
    gives: 'tokens',
    run: (docs, run) => eachDoc<readonly Token[]>(docs, run, async ({ text }) => ({ value: await collect(wordsOf(text), run), engine: TOKEN_RULES })),
  }),
});
