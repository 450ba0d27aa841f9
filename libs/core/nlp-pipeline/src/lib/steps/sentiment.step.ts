import { annotated, annotatedParameters } from './annotated';
import { defineStep } from './define-step';

/** The likeliest label and a probability each, adding up to 1; `label` is absent and `scores` empty for a text without a word. */
export interface Sentiment {
  readonly label?: string;
  readonly scores: Readonly<Record<string, number>>;
}

/** Gives `sentiment`, by a model's head of that name; one pass with `entities` of the same model. */
export const sentiment = defineStep({
  use: 'sentiment',
  parameters: annotatedParameters,
  make: (parameters) => ({
    gives: 'sentiment',
    needs: ['language'],
    run: (docs, run) =>
      annotated<Sentiment>(docs, {
        run,
        parameters,
        head: () => 'sentiment',
        read: (annotation, head) => {
          const scores = annotation.scores[head] ?? {};
          const [best] = Object.entries(scores).sort(([, a], [, b]) => b - a);
          return { ...(best && { label: best[0] }), scores };
        },
      }),
  }),
});
