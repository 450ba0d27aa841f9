import { z } from 'zod';
import { LANGUAGE_ENGINE, SURE_ENOUGH, detectLanguage, languageScorer } from '../text/language-detector';
import type { Language } from '../doc';
import { defineStep } from './define-step';
import { eachDoc } from './each-doc';

const parameters = z.strictObject({
  /** The caller knows: nothing is detected. ISO 639-1. */
  is: z.string().regex(/^[a-z]{2,3}$/).optional(),
  /** A lower confidence is `unknown`. */
  atLeast: z.number().min(0).max(1).default(SURE_ENOUGH),
});

/** Gives `language`: what the text is written in, of 60 languages, or `unknown`. */
export const language = defineStep({
  use: 'language',
  parameters,
  make: ({ is, atLeast }) => ({
    gives: 'language',
    warmUp: async () => void (is ?? languageScorer()),
    run: async (docs, run) => {
      if (is !== undefined) return docs.map(() => ({ value: { code: is, confidence: 1 }, engine: 'caller' }));
      return eachDoc<Language>(docs, run, ({ text }) => ({ value: detectLanguage(text, atLeast), engine: LANGUAGE_ENGINE }));
    },
  }),
});
