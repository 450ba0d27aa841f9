import { z } from 'zod';
import type { Run } from '../run';
import type { DocInWork, Outcome } from '../step';
import { engineName } from '../text/engine-name';
import { resemblance, sketchOf } from '../text/min-hash';
import { cosine } from '../text/vectors';
import { defineStep } from './define-step';
import { eachDoc } from './each-doc';
import { Firsts } from './firsts';
import { inItsLanguages } from './in-its-languages';
import { Sketches } from './sketches';

const RULES = 'cortex-minhash@1';

const parameters = z.strictObject({
  /** `words`: nearly the same wording; `meaning`: by vectors. */
  by: z.enum(['words', 'meaning']).default('words'),
  /** Shared part of the runs of three words, or cosine. */
  atLeast: z.number().min(0.5).max(1).default(0.8),
  /** For `meaning`. Default: the registry's default embedding model. */
  model: z.string().min(1).optional(),
});

/** Empty for the first of its kind. */
export interface Duplicate {
  /** The place, from 0, among the texts of the run, or of the whole stream, of the first text that this one nearly is. */
  readonly of?: number;
  /** 0..1 */
  readonly similarity?: number;
}

/**
 * Gives `duplicate`: which earlier text of the same run or stream this one nearly is, of those that are no duplicates themselves.
 * To keep the first of each kind, keep those without `of`. Over a stream it looks back as far as `Firsts` says.
 */
export const duplicates = defineStep({
  use: 'duplicates',
  parameters,
  make: ({ by, atLeast, model }) => {
    const owner = {}; // what this step remembers of a stream is its own
    const sketches = (run: Run) => run.stream.memory(owner, () => new Sketches());
    const vectors = (run: Run) => run.stream.memory(owner, () => new Firsts<Float32Array>(({ byteLength }) => byteLength));
    return {
      gives: 'duplicate',
      uses: by === 'words' ? [] : ['language'],
      run: (docs, run) =>
        by === 'words'
          ? byWords(docs, run, { atLeast, sketches: sketches(run) })
          : inItsLanguages(docs, { run, model, tasks: ['embed'] }, (fit) => byMeaning(fit, run, { atLeast, model, firsts: vectors(run) })),
    };
  },
});

async function byWords(docs: readonly DocInWork[], run: Run, { atLeast, sketches }: { readonly atLeast: number; readonly sketches: Sketches }): Promise<readonly Outcome<Duplicate>[]> {
  sketches.shrink();
  return eachDoc<Duplicate>(docs, run, ({ text, index }) => {
    const sketch = sketchOf(text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []);
    const value = nearest(sketches.like(sketch), { atLeast, similarityTo: (other) => resemblance(sketch, other) });
    if (value.of === undefined) sketches.add(index, sketch);
    return { value, engine: RULES };
  });
}

interface Meaning {
  readonly atLeast: number;
  readonly model: string | undefined;
  readonly firsts: Firsts<Float32Array>;
}

async function byMeaning(docs: readonly DocInWork[], run: Run, { atLeast, model, firsts }: Meaning): Promise<readonly Outcome<Duplicate>[]> {
  const answers = await run.vectors(model).of(docs.map(({ text }) => text));
  const answerOf = new Map(docs.map((doc, at) => [doc, answers[at]!]));
  firsts.shrink();
  return eachDoc<Duplicate>(docs, run, (doc) => {
    const answer = answerOf.get(doc)!;
    if ('error' in answer) return answer;
    const { vector, model: served, windows } = answer.value;
    const value = nearest(firsts, { atLeast, similarityTo: (other) => cosine(vector, other) });
    if (value.of === undefined) firsts.add(doc.index, vector);
    return { value, engine: engineName(served), windows };
  });
}

function nearest<Made>(firsts: Iterable<readonly [index: number, made: Made]>, { atLeast, similarityTo }: { readonly atLeast: number; readonly similarityTo: (made: Made) => number }): Duplicate {
  let best: Duplicate = {};
  for (const [index, made] of firsts) {
    const similarity = similarityTo(made);
    if (similarity >= atLeast && similarity > (best.similarity ?? -1)) best = { of: index, similarity };
  }
  return best;
}
