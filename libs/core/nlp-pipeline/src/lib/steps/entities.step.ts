import type { Entity } from '../doc';
import { NAME_HEADS } from '../pii/name-types';
import { entitiesIn } from '../text/entities-in';
import { annotated, annotatedParameters } from './annotated';
import { defineStep } from './define-step';

/** Gives `ents`: named entities by a model that tags tokens, without those within e-mail and web addresses. */
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
        head: ({ spans }) => NAME_HEADS.find((name) => name in spans) ?? NAME_HEADS[0],
        read: ({ spans }, head, { text }) => entitiesIn(text, spans[head] ?? []),
      }),
  }),
});
