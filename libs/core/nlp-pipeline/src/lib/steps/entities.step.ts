import type { Entity } from '../doc';
import { annotated, annotatedParameters } from './annotated';
import { defineStep } from './define-step';

/** What a tagging model calls its head when it names one, or when it has only one. */
const HEADS = ['ner', 'tags'];

/** Gives `ents`: named entities by a model that tags tokens. */
export const entities = defineStep({
  use: 'entities',
  parameters: annotatedParameters,
  make: (parameters) => ({
    gives: 'ents',
    needs: ['language'],
    run: (docs, run) =>
      annotated<readonly Entity[]>(docs, {
        run,
        parameters,
        head: ({ spans }) => HEADS.find((name) => name in spans) ?? HEADS[0]!,
        read: ({ spans }, head, { text }) =>
          (spans[head] ?? []).map(({ start, stop: end, label, score }) => ({ start, end, label, text: text.slice(start, end), score })),
      }),
  }),
});
