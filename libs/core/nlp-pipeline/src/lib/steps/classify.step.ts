import { z } from 'zod';
import { isolate } from '../isolate';
import type { Run } from '../run';
import type { DocInWork, Outcome } from '../step';
import { classifyLong } from '../text/classify-long';
import { engineName } from '../text/engine-name';
import { entailmentLabels, entailmentsOf, type EntailmentLabels } from '../text/entailment';
import { cosine, softmax } from '../text/vectors';
import { defineStep } from './define-step';
import { inItsLanguages } from './in-its-languages';

function isChoice(labels: object): boolean {
  const { length } = Object.keys(labels);
  return length >= 2 && length <= 1_000;
}

const parameters = z.strictObject({
  /** A classifier; with `labels` also one of entailment (NLI), or an embedding model. Default: the registry's default classifier; with `labels` that if it judges entailment, otherwise the default embedding model. */
  model: z.string().min(1).optional(),
  /** Zero-shot: labels, each with a description of its texts; of a list each label is its own. Without it the classifier's own labels. */
  labels: z.union([
    z.array(z.string().min(1).max(200)).refine((labels) => isChoice(Object.fromEntries(labels.map((label) => [label, label]))), 'expected 2 to 1000 different labels'),
    z.record(z.string().min(1).max(200), z.string().min(1).max(4_000)).refine(isChoice, 'expected 2 to 1000 labels'),
  ]).optional(),
  /** For a model of entailment: what a text is held against, the label's description in the place of `{}`. */
  hypothesisTemplate: z.string().max(1_000).refine((template) => template.includes('{}'), 'expected {} where the label stands').default('This example is {}.'),
  /** With `labels`: each is judged by itself; otherwise the scores add up to 1. */
  multiLabel: z.boolean().default(false),
});
type Parameters = z.output<typeof parameters>;

/** By label, 0..1. */
export type Categories = Readonly<Record<string, number>>;

/** What makes differences between cosines of sentence vectors speak as probabilities: labels 0.1 apart are 1 to 7. */
const TEMPERATURE = 0.05;

/** Gives `cats`: a score a label, by an installed classifier; of labels that are given, by entailment, or by the nearness of the text's vector to their descriptions. */
export const classify = defineStep({
  use: 'classify',
  parameters,
  example: { labels: { letters: 'somebody wrote, a reply, a message', weather: 'rain, sun and storms' } },
  make: ({ labels, ...options }) => ({
    gives: 'cats',
    uses: ['language'],
    run: (docs, run) =>
      labels
        ? byLabels(docs, run, { ...options, labels: Array.isArray(labels) ? Object.fromEntries(labels.map((label) => [label, label])) : labels })
        : inItsLanguages(docs, { run, model: options.model, tasks: ['classify'] }, (fit) => byClassifier(fit, run, options.model)),
  }),
});

interface ZeroShot extends Omit<Parameters, 'labels'> {
  readonly labels: Readonly<Record<string, string>>;
}

async function byLabels(docs: readonly DocInWork[], run: Run, wanted: ZeroShot): Promise<readonly Outcome<Categories>[]> {
  const { model } = wanted;
  const judge = entailmentLabels(await run.models.resolve({ ...(model !== undefined && { model }), tasks: ['classify', 'embed'] }, run.context));
  const tasks = judge ? (['classify'] as const) : (['embed'] as const);
  return inItsLanguages(docs, { run, model, tasks: [...tasks] }, (fit) => (judge ? byEntailment(fit, run, { ...wanted, judge }) : byDescriptions(fit, run, wanted)));
}

async function byEntailment(docs: readonly DocInWork[], run: Run, { model, labels, hypothesisTemplate, multiLabel, judge }: ZeroShot & { readonly judge: EntailmentLabels }): Promise<readonly Outcome<Categories>[]> {
  const names = Object.keys(labels);
  const hypotheses = { texts: Object.values(labels).map((description) => hypothesisTemplate.replaceAll('{}', () => description)), multiLabel, labels: judge };
  const ask = (texts: readonly string[]) => entailmentsOf(run.models, { model, texts, hypotheses }, run.context);
  const answers = await isolate(docs.map(({ text }) => text), ask, run.context);
  return answers.map((answer) => {
    if ('error' in answer) return answer;
    const { scores, model: served, windows } = answer.value;
    return { value: Object.fromEntries(names.map((name, index) => [name, scores[index]!])), engine: `${engineName(served)} entailment`, windows };
  });
}

async function byClassifier(docs: readonly DocInWork[], run: Run, model: string | undefined): Promise<readonly Outcome<Categories>[]> {
  const ask = (texts: readonly string[]) => classifyLong(run.models, { model, texts }, run.context);
  const answers = await isolate(docs.map(({ text }) => text), ask, run.context);
  return answers.map((answer) => ('error' in answer ? answer : { value: answer.value.scores, engine: engineName(answer.value.model), windows: answer.value.windows }));
}

async function byDescriptions(docs: readonly DocInWork[], run: Run, { model, labels, multiLabel }: ZeroShot): Promise<readonly Outcome<Categories>[]> {
  const names = Object.keys(labels);
  const vectors = run.vectors(model);
  const described = await vectors.of(Object.values(labels));
  const wrong = described.find((answer) => 'error' in answer);
  if (wrong) throw wrong.error;
  const answers = await vectors.of(docs.map(({ text }) => text));
  return answers.map((answer) => {
    if ('error' in answer) return answer;
    const { vector, model: served, windows } = answer.value;
    const likeness = described.map((label) => ('value' in label ? cosine(vector, label.value.vector) : 0));
    const scores = multiLabel ? likeness.map((one) => Math.min(1, Math.max(0, one))) : softmax(likeness.map((one) => one / TEMPERATURE));
    return { value: Object.fromEntries(names.map((name, index) => [name, scores[index]!])), engine: `${engineName(served)} zero-shot`, windows };
  });
}
