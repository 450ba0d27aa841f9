import { z } from 'zod';
import type { Annotated, Run } from '../run';
import type { DocInWork, Outcome } from '../step';
import { engineName } from '../text/engine-name';
import { HeadMissingError } from '../nlp-pipeline.errors';
import { inItsLanguages } from './in-its-languages';

export const annotatedParameters = z.strictObject({
  /** Default: the registry's default model for tokens. */
  model: z.string().min(1).optional(),
  /** Which of the model's heads; needed only where its name is not the usual one. */
  head: z.string().min(1).optional(),
  /** By language (ISO 639-1): a model to use instead. */
  models: z.record(z.string(), z.string().min(1)).default({}),
});
export type AnnotatedParameters = z.output<typeof annotatedParameters>;

export interface Reading<Value> {
  readonly run: Run;
  readonly parameters: AnnotatedParameters;
  /** The name of the head, as this model calls it. */
  readonly head: (annotation: Annotated) => string;
  readonly read: (annotation: Annotated, head: string, doc: DocInWork) => Value;
}

/** Outcomes from a model's annotations, each text by the model for its language. @throws HeadMissingError */
export async function annotated<Value>(docs: readonly DocInWork[], reading: Reading<Value>): Promise<readonly Outcome<Value>[]> {
  const { run, parameters } = reading;
  const outcomes: Outcome<Value>[] = [];
  for (const [model, indices] of indicesByModel(docs, parameters)) {
    const theirs = indices.map((index) => docs[index]!);
    const read = await inItsLanguages(theirs, { run, model, tasks: ['token-classify'] }, (fit) => readBy(model, fit, reading));
    for (const [at, outcome] of read.entries()) outcomes[indices[at]!] = outcome;
  }
  return outcomes;
}

async function readBy<Value>(model: string | undefined, docs: readonly DocInWork[], reading: Reading<Value>): Promise<readonly Outcome<Value>[]> {
  const answers = await reading.run.annotations(model).of(docs.map(({ text }) => text));
  return answers.map((answer, index) => ('error' in answer ? answer : judged(docs[index]!, answer.value, reading)));
}

function indicesByModel(docs: readonly DocInWork[], parameters: AnnotatedParameters): ReadonlyMap<string | undefined, readonly number[]> {
  const groups = new Map<string | undefined, number[]>();
  for (const [index, doc] of docs.entries()) {
    const model = modelFor(doc, parameters);
    const group = groups.get(model);
    if (group) group.push(index);
    else groups.set(model, [index]);
  }
  return groups;
}

function modelFor({ parts }: DocInWork, { model, models }: AnnotatedParameters): string | undefined {
  const code = parts.language?.code;
  return code !== undefined && Object.hasOwn(models, code) ? models[code] : model;
}

function judged<Value>(doc: DocInWork, annotation: Annotated, reading: Reading<Value>): Outcome<Value> {
  const { model, spans, scores, windows } = annotation;
  const head = reading.parameters.head ?? reading.head(annotation);
  if (windows > 0 && !(head in spans) && !(head in scores)) throw new HeadMissingError(model.name, head, [...Object.keys(spans), ...Object.keys(scores)]);
  return { value: reading.read(annotation, head, doc), engine: engineName(model), windows };
}
