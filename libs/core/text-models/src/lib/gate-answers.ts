import { cosine } from '@cortex/inference';
import type { RequestContext } from '@cortex/kernel';
import { printModelReference, type GateCheck, type GateSpec, type ModelVersion } from '@cortex/model-registry';
import type { TextModels } from './text-models';

const DEFAULT_MIN_COSINE = 0.99;
/** Texts of one request: a gate of thousands leaves others room between its requests. */
const CHUNK = 32;

/** What the parts of a gate ask with. */
export interface GateAsk {
  readonly texts: Pick<TextModels, 'embed' | 'classify' | 'rerank' | 'annotate'>;
  readonly version: ModelVersion;
  readonly context: () => RequestContext;
}

type Measured = Omit<GateCheck, 'part'>;
type Golden = NonNullable<GateSpec['golden']>;
type Labelled = NonNullable<GateSpec['labelled']>;

/** Vectors are compared by their cosine, the least of which counts; labels must be equal. */
export async function goldenCheck(ask: GateAsk, golden: Golden): Promise<Measured> {
  const { task } = ask.version;
  if (task === 'embed') return compareVectors(await vectorsOf(ask, golden.inputs), golden);
  if (task === 'classify') return compareLabels(await labelsOf(ask, golden.inputs), { inputs: golden.inputs, labels: golden.expected, minAccuracy: 1 });
  return refused(`golden answers of a model for ${task} cannot be compared, only vectors of one to embed and labels of one to classify`);
}

/** The share of inputs whose most probable label is the one given. */
export async function labelledCheck(ask: GateAsk, labelled: Labelled): Promise<Measured> {
  if (ask.version.task !== 'classify') return refused(`a model for ${ask.version.task} gives no labels`);
  return compareLabels(await labelsOf(ask, labelled.inputs), labelled);
}

function compareVectors(vectors: readonly Float32Array[], { expected, minCosine: bound = DEFAULT_MIN_COSINE }: Golden): Measured {
  let measured = Infinity;
  let worst = 0;
  for (const [index, vector] of vectors.entries()) {
    const wanted = expected[index];
    if (typeof wanted !== 'object') return refused(`expected[${index}] is a label, the model gives vectors`);
    if (wanted.length !== vector.length) return refused(`expected[${index}] has ${wanted.length} components, the model's vectors have ${vector.length}`);
    const agreement = cosine(vector, wanted);
    if (!Number.isFinite(agreement)) return refused(`the agreement of inputs[${index}] is no finite number`); // NaN is below no bound
    if (agreement < measured) [measured, worst] = [agreement, index];
  }
  return { passed: measured >= bound, measured, bound, detail: `inputs[${worst}] is the furthest` };
}

function compareLabels(found: readonly (string | undefined)[], { labels, minAccuracy: bound }: { readonly inputs: readonly string[]; readonly labels: Golden['expected']; readonly minAccuracy: number }): Measured {
  const wrong = found.findIndex((label, index) => label !== labels[index]);
  const measured = found.filter((label, index) => label === labels[index]).length / found.length;
  return { passed: measured >= bound, measured, bound, ...(wrong >= 0 && { detail: `inputs[${wrong}] is the first that differs` }) };
}

async function vectorsOf({ texts, version, context }: GateAsk, inputs: readonly string[]): Promise<readonly Float32Array[]> {
  const model = printModelReference(version);
  const answers = await inChunks(inputs, (chunk) => texts.embed({ model, texts: chunk, truncate: true }, context()));
  return answers.flatMap(({ vectors }) => vectors);
}

async function labelsOf({ texts, version, context }: GateAsk, inputs: readonly string[]): Promise<readonly (string | undefined)[]> {
  const model = printModelReference(version);
  const answers = await inChunks(inputs, (chunk) => texts.classify({ model, texts: chunk, truncate: true }, context()));
  return answers.flatMap(({ labels, scores }) => scores.map((row) => labels[row.indexOf(Math.max(...row))]));
}

async function inChunks<R>(inputs: readonly string[], ask: (chunk: readonly string[]) => Promise<R>): Promise<readonly R[]> {
  const answers: R[] = [];
  for (let start = 0; start < inputs.length; start += CHUNK) answers.push(await ask(inputs.slice(start, start + CHUNK)));
  return answers;
}

function refused(detail: string): Measured {
  return { passed: false, detail };
}
