import { z } from 'zod';
import type { Run } from '../run';
import type { DocInWork, Outcome } from '../step';
import { engineName } from '../text/engine-name';
import { resemblance, sketchOf, type Sketch } from '../text/min-hash';
import { cosine } from '../text/vectors';
import { defineStep } from './define-step';
import { eachDoc } from './each-doc';
import { inItsLanguages } from './in-its-languages';

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
  /** The place among the texts of the run of the first text that this one nearly is. */
  readonly of?: number;
  /** 0..1 */
  readonly similarity?: number;
}

/** Gives `duplicate`: which earlier text of the same run this one nearly is, of those that are no duplicates themselves. To keep the first of each kind, keep those without `of`. */
export const duplicates = defineStep({
  use: 'duplicates',
  parameters,
  make: ({ by, atLeast, model }) => ({
    gives: 'duplicate',
    uses: by === 'words' ? [] : ['language'],
    run: (docs, run) => (by === 'words' ? byWords(docs, run, atLeast) : inItsLanguages(docs, { run, model, tasks: ['embed'] }, (fit) => byMeaning(fit, run, { atLeast, model }))),
  }),
});

async function byWords(docs: readonly DocInWork[], run: Run, atLeast: number): Promise<readonly Outcome<Duplicate>[]> {
  const firsts = new Map<string, Kept<Sketch>[]>(); // by band, so that only texts that share one are compared
  return eachDoc<Duplicate>(docs, run, ({ text, index }) => {
    const sketch = sketchOf(text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []);
    const candidates = new Set(sketch.bands.flatMap((band) => firsts.get(band) ?? []));
    const value = nearest(candidates, { atLeast, similarityTo: (other) => resemblance(sketch, other) });
    if (value.of === undefined) for (const band of sketch.bands) keep(firsts, band, { index, made: sketch });
    return { value, engine: RULES };
  });
}

async function byMeaning(docs: readonly DocInWork[], run: Run, { atLeast, model }: { readonly atLeast: number; readonly model: string | undefined }): Promise<readonly Outcome<Duplicate>[]> {
  const answers = await run.vectors(model).of(docs.map(({ text }) => text));
  const firsts: Kept<Float32Array>[] = [];
  const answerOf = new Map(docs.map((doc, at) => [doc, answers[at]!]));
  return eachDoc<Duplicate>(docs, run, (doc) => {
    const answer = answerOf.get(doc)!;
    if ('error' in answer) return answer;
    const { vector, model: served, windows } = answer.value;
    const value = nearest(firsts, { atLeast, similarityTo: (other) => cosine(vector, other) });
    if (value.of === undefined) firsts.push({ index: doc.index, made: vector });
    return { value, engine: engineName(served), windows };
  });
}

/** A text that is the first of its kind, and what it is compared by. */
interface Kept<Made> {
  readonly index: number;
  readonly made: Made;
}

function keep<Made>(firsts: Map<string, Kept<Made>[]>, band: string, first: Kept<Made>): void {
  const others = firsts.get(band);
  if (others) others.push(first);
  else firsts.set(band, [first]);
}

function nearest<Made>(firsts: Iterable<Kept<Made>>, { atLeast, similarityTo }: { readonly atLeast: number; readonly similarityTo: (made: Made) => number }): Duplicate {
  let best: Duplicate = {};
  for (const { index, made } of firsts) {
    const similarity = similarityTo(made);
    if (similarity >= atLeast && similarity > (best.similarity ?? -1)) best = { of: index, similarity };
  }
  return best;
}
