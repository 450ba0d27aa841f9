import { joinFloats } from '@cortex/inference';
import type { RequestContext } from '@cortex/kernel';
import type { ModelVersion, ResolvedModel } from '@cortex/model-registry';
import type { ServedModel } from '@cortex/orchestrator';
import { sigmoid, softmax } from './probability';
import { LOGITS } from './rerank';
import type { TextEngine } from './text-engine';
import { EmptyInputError } from './text-models.errors';
import type { Tokenizer } from './tokenizer.port';

/** A text, or two that are judged together. */
export type ClassifyInput = string | readonly [string, string];

export interface ClassifyRequest {
  /** The default classifier when absent. */
  readonly model?: string;
  readonly texts: readonly ClassifyInput[];
  /** false: a text longer than the model is refused with TextTooLongError. */
  readonly truncate: boolean;
}

export interface ClassifyResult {
  readonly model: ServedModel;
  readonly labels: readonly string[];
  /** Per text, per label, 0..1. They add up to 1 unless the model's labels do not exclude each other. */
  readonly scores: readonly Float32Array[];
  readonly logits: readonly Float32Array[];
  readonly tokens: number;
  readonly truncated: number;
}

export async function classify(engine: TextEngine, request: ClassifyRequest, context: RequestContext): Promise<ClassifyResult> {
  if (request.texts.length === 0) throw new EmptyInputError('texts');
  const run = (model: ResolvedModel, by: RequestContext) => classifyWith(engine, { ...request, model }, by);
  return engine.ask({ reference: request.model, tasks: ['classify'] }, { run, numbersOf: ({ scores }) => joinFloats(scores) }, context);
}

type ResolvedRequest = Omit<ClassifyRequest, 'model'> & { readonly model: ResolvedModel };

async function classifyWith(engine: TextEngine, { model, texts, truncate }: ResolvedRequest, context: RequestContext): Promise<ClassifyResult> {
  const { version } = model;
  const encode = encoderOf(await engine.tokenizerOf(version));
  const { rows, ...counts } = await engine.read(texts, { version, truncate, encode }, context);
  const { model: served, vectors } = await engine.run(model, { rows, head: version.head ?? LOGITS }, context);
  const scores = vectors.map((logits) => probabilities(logits, version));
  return { model: served, labels: labelsOf(version, vectors[0]?.length ?? 0), scores, logits: vectors, ...counts };
}

function encoderOf(tokenizer: Tokenizer) {
  return (input: ClassifyInput, maxTokens: number) =>
    typeof input === 'string' ? tokenizer.encode(input, maxTokens) : tokenizer.encodePair(input, maxTokens);
}

/** One label alone excludes nothing. */
function probabilities(logits: Float32Array, { multiLabel }: ModelVersion): Float32Array {
  return multiLabel || logits.length === 1 ? logits.map(sigmoid) : softmax(logits);
}

/** As Hugging Face names labels that have no name. */
function labelsOf({ labels }: ModelVersion, width: number): readonly string[] {
  return Array.from({ length: width }, (_, index) => labels?.[index] ?? `LABEL_${index}`);
}
