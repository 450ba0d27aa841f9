import { z } from 'zod';
import { engineName } from '../text/engine-name';
import { defineStep } from './define-step';
import { inItsLanguages } from './in-its-languages';

const parameters = z.strictObject({
  /** Default: the registry's default embedding model. */
  model: z.string().min(1).optional(),
});

/** Gives `vector`: the text as numbers; of a text longer than the model the mean over its pieces (`windows`). */
export const embed = defineStep({
  use: 'embed',
  parameters,
  make: ({ model }) => ({
    gives: 'vector',
    uses: ['language'],
    run: (docs, run) =>
      inItsLanguages(docs, { run, model, tasks: ['embed'] }, async (fit) => {
        const answers = await run.vectors(model).of(fit.map(({ text }) => text));
        return answers.map((answer) => ('error' in answer ? answer : { value: Array.from(answer.value.vector), engine: engineName(answer.value.model), windows: answer.value.windows }));
      }),
  }),
});
