import { SENTENCE_RULES, sentencesInSteps } from '@cortex/text-models';
import { z } from 'zod';
import { defineStep } from './define-step';
import { collect, eachDoc } from './each-doc';

/** Gives `sents`: spans of sentences, for any language that ends them with marks; abbreviations are those of English. */
export const sentences = defineStep({
  use: 'sentences',
  parameters: z.strictObject({}),
  make: () => ({
    gives: 'sents',
    run: (docs, run) => eachDoc(docs, run, async ({ text }) => ({ value: await collect(sentencesInSteps(text), run), engine: SENTENCE_RULES })),
  }),
});
