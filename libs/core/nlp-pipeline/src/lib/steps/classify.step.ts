import { z } from 'zod';
import { isolate } from '../isolate';
import type { Run } from '../run';
import type { DocInWork, Outcome } from '../step';
import { classifyLong } from '../text/classify-long';
import { engineName } from '../text/engine-name';
import { cosine } from '../text/vectors';
import { defineStep } from './define-step';
import { inItsLanguages } from './in-its-languages';

function isChoice(labels: object): boolean {
  const { length } = Object.keys(labels);
  return length >= 2 && length <= 1_000;
}

const parameters = z.strictObject({
  /** A classifier; with `labels` an embedding model. Default: the registry's default of that task. */
  model: z.string().min(1).optional(),
  /** Zero-shot: labels, each with a description of its texts. Without it the classifier's own labels. */
  labels: z.record(z.string().min(1).max(200), z.string().min(1).max(4_000)).refine(isChoice, 'expected 2 to 1000 labels').optional(),
});

/** By label, 0..1. */
export type Categories = Readonly<Record<string, number>>;

/** What makes differences between cosines of sentence vectors speak as probabilities: labels 0.1 apart are 1 to 7. */
const TEMPERATURE = 0.05;

/** Gives `cats`: a score a label, by an installed classifier, or by the nearness of the text's vector to descriptions of the labels. */
export const classify = defineStep({
  use: 'classify',
  parameters,
  example: { labels: { letters: 'somebody wrote, a reply, a message', weather: 'rain, sun and storms' } },
  make: ({ model, labels }) => ({
    gives: 'cats',
    uses: ['language'],
    run: (docs, run) =>
      labels
        ? inItsLanguages(docs, { run, model, tasks: ['embed'] }, (fit) => byDescriptions(fit, run, { model, labels }))
        : inItsLanguages(docs, { run, model, tasks: ['classify'] }, (fit) => byClassifier(fit, run, model)),
  }),
});

async function byClassifier(docs: readonly DocInWork[], run: Run, model: string | undefined): Promise<readonly Outcome<Categories>[]> {
  const ask = (texts: readonly string[]) => classifyLong(run.models, { model, texts }, run.context);
  const answers = await isolate(docs.map(({ text }) => text), ask, run.context);
  return answers.map((answer) => ('error' in answer ? answer : { value: answer.value.scores, engine: engineName(answer.value.model), windows: answer.value.windows }));
}

interface Descriptions {
  readonly model: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

async function byDescriptions(docs: readonly DocInWork[], run: Run, { model, labels }: Descriptions): Promise<readonly Outcome<Categories>[]> {
  const names = Object.keys(labels);
  const vectors = run.vectors(model);
  const described = await vectors.of(Object.values(labels));
  const wrong = described.find((answer) => 'error' in answer);
  if (wrong) throw wrong.error;
  const answers = await vectors.of(docs.map(({ text }) => text));
  return answers.map((answer) => {
    if ('error' in answer) return answer;
    const { vector, model: served, windows } = answer.value;
    const scores = softmax(described.map((label) => ('value' in label ? cosine(vector, label.value.vector) : 0) / TEMPERATURE));
    return { value: Object.fromEntries(names.map((name, index) => [name, scores[index]!])), engine: `${engineName(served)} zero-shot`, windows };
  });
}

function softmax(logits: readonly number[]): readonly number[] {
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((all, power) => all + power, 0);
  return powers.map((power) => power / sum);
}
