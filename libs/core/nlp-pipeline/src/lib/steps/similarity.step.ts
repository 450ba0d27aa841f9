import { z } from 'zod';
import { engineName } from '../text/engine-name';
import { cosine } from '../text/vectors';
import { defineStep } from './define-step';
import { inItsLanguages } from './in-its-languages';

const parameters = z.strictObject({
  /** What each text is compared with. */
  to: z.array(z.string()).min(1).max(1_000),
  /** Default: the registry's default embedding model. */
  model: z.string().min(1).optional(),
});

/** Gives `similarity`: the cosine (-1..1) of the text's vector to each of those that it is compared with, in their order. */
export const similarity = defineStep({
  use: 'similarity',
  parameters,
  example: { to: ['A reply was here before long.', 'The garden was lovely.'] },
  make: ({ to, model }) => ({
    gives: 'similarity',
    uses: ['language'],
    run: (docs, run) =>
      inItsLanguages(docs, { run, model, tasks: ['embed'] }, async (fit) => {
        const [answers, others] = await Promise.all([run.vectors(model).of(fit.map(({ text }) => text)), run.vectors(model).of(to)]);
        const wrong = others.find((answer) => 'error' in answer);
        if (wrong) throw wrong.error;
        return answers.map((answer) => {
          if ('error' in answer) return answer;
          const { vector, model: served, windows } = answer.value;
          return { value: others.map((other) => ('value' in other ? cosine(vector, other.value.vector) : 0)), engine: engineName(served), windows };
        });
      }),
  }),
});
