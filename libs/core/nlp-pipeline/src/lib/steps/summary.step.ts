import { z } from 'zod';
import type { Span } from '../doc';
import type { Run } from '../run';
import type { DocInWork, Outcome } from '../step';
import { engineName } from '../text/engine-name';
import { cosine, mmr, sumOf } from '../text/vectors';
import { defineStep } from './define-step';
import { inItsLanguages } from './in-its-languages';

const RULES = 'cortex-summary@1';
/** Sentences that are weighed against each other, of those nearest to the whole. */
const CANDIDATES = 60;

const parameters = z.strictObject({
  maxSentences: z.int().min(1).max(50).default(3),
  /** 0: the most central sentences alone; 1: as different as possible. */
  diversity: z.number().min(0).max(1).default(0.3),
  /** Default: the registry's default embedding model. */
  model: z.string().min(1).optional(),
});
type Parameters = z.output<typeof parameters>;

/** Sentences of the text as they stand there, in its order. */
export interface Summary {
  readonly text: string;
  readonly sents: readonly (Span & { readonly score: number })[];
}

/** Gives `summary`: the sentences that say most of the text, by their vectors' nearness to the whole and distance from each other. */
export const summary = defineStep({
  use: 'summary',
  parameters,
  make: (options) => ({
    gives: 'summary',
    needs: ['sents'],
    uses: ['language'],
    run: (docs, run) =>
      inItsLanguages(docs, { run, model: options.model, tasks: ['embed'] }, async (fit) => {
        const sentences = fit.flatMap(({ text, parts: { sents = [] } }) => sents.map(({ start, end }) => text.slice(start, end)));
        await run.vectors(options.model).of(sentences); // one pass for all texts; each text finds its own sentences there
        return Promise.all(fit.map((doc) => summarize(doc, run, options)));
      }),
  }),
});

async function summarize({ text, parts: { sents = [] } }: DocInWork, run: Run, { maxSentences, diversity, model }: Parameters): Promise<Outcome<Summary>> {
  if (sents.length === 0) return { value: { text: '', sents: [] }, engine: RULES };
  const answers = await run.vectors(model).of(sents.map(({ start, end }) => text.slice(start, end)));
  const failed = answers.find((answer) => 'error' in answer);
  if (failed) return failed;
  const read = answers.map((answer) => ('value' in answer ? answer.value : undefined)!);
  const centre = sumOf(read.map(({ vector }) => vector));
  const central = read.map(({ vector }, index) => ({ index, vector, score: cosine(vector, centre) })).sort((a, b) => b.score - a.score).slice(0, CANDIDATES);
  const chosen = mmr(central.map(({ vector }) => vector), central.map(({ score }) => score), { count: maxSentences, diversity });
  const kept = chosen.map((at) => central[at]!).sort((a, b) => a.index - b.index).map(({ index, score }) => ({ ...sents[index]!, score }));
  return { value: { text: kept.map(({ start, end }) => text.slice(start, end)).join(' '), sents: kept }, engine: `${RULES}, ${engineName(read[0]!.model)}` };
}
