import { joinFloats, type Head } from '@cortex/inference';
import type { RequestContext } from '@cortex/kernel';
import type { ModelVersion, ResolvedModel } from '@cortex/model-registry';
import type { ServedModel } from '@cortex/orchestrator';
import { givenTokens } from './given-tokens';
import type { TextEngine } from './text-engine';
import { DimensionsError, EmptyInputError } from './text-models.errors';

/** A text, or token ids that are used as they are (special tokens included by the caller). */
export type TextInput = string | readonly number[];

export interface EmbedRequest {
  /** The default embedding model when absent. */
  readonly model?: string;
  readonly texts: readonly TextInput[];
  /** false: a text longer than the model is refused with TextTooLongError. */
  readonly truncate: boolean;
  /** Keep the first so many components and normalize again; only where the model can (@throws DimensionsError). */
  readonly dimensions?: number;
  /** Default: as the model says. */
  readonly normalize?: boolean;
}

export interface EmbedResult {
  readonly model: ServedModel;
  readonly vectors: readonly Float32Array[];
  /** Tokens read, special ones included. */
  readonly tokens: number;
  /** The same for each text. */
  readonly lengths: readonly number[];
  /** How many texts were cut. */
  readonly truncated: number;
}

const SENTENCE_TRANSFORMER: Head = { pooling: 'mean', normalize: true };

export async function embed(engine: TextEngine, request: EmbedRequest, context: RequestContext): Promise<EmbedResult> {
  if (request.texts.length === 0) throw new EmptyInputError('texts');
  const run = (model: ResolvedModel, by: RequestContext) => embedWith(engine, { ...request, model }, by);
  return engine.ask({ reference: request.model, tasks: ['embed'] }, { run, numbersOf: ({ vectors }) => joinFloats(vectors) }, context);
}

type ResolvedRequest = Omit<EmbedRequest, 'model'> & { readonly model: ResolvedModel };

async function embedWith(engine: TextEngine, request: ResolvedRequest, context: RequestContext): Promise<EmbedResult> {
  const { model, texts, truncate, dimensions } = request;
  const { version } = model;
  if (dimensions !== undefined && !(Number.isInteger(dimensions) && dimensions >= 1)) throw refusal(version, dimensions);

  const encode = await encoderOf(engine, version, texts);
  const { rows, tokens, truncated } = await engine.read(texts, { version, truncate, encode }, context);
  const head = { ...embeddingHead(version), ...(request.normalize === undefined ? {} : { normalize: request.normalize }) };
  const answer = await engine.run(model, { rows, head }, context);

  const vectors = dimensions === undefined ? answer.vectors : answer.vectors.map((vector) => cut(vector, dimensions, { version, head }));
  return { model: answer.model, vectors, tokens, lengths: rows.map(({ ids }) => ids.length), truncated };
}

/** How an embedding model's output becomes a vector; mean and normalized where its folder does not say. */
export function embeddingHead({ head }: ModelVersion): Head {
  return head ?? SENTENCE_TRANSFORMER;
}

/** Token ids alone need no tokenizer. */
async function encoderOf(engine: TextEngine, version: ModelVersion, texts: readonly TextInput[]) {
  const tokenizer = texts.some((text) => typeof text === 'string') ? await engine.tokenizerOf(version) : undefined;
  return (input: TextInput, maxTokens: number) =>
    typeof input === 'string' ? tokenizer!.encode(input, maxTokens) : givenTokens(input, maxTokens, version.vocabularySize);
}

/** The width is known only now, so that asking for the model's own size needs no declaration. */
function cut(vector: Float32Array, dimensions: number, { version, head }: { readonly version: ModelVersion; readonly head: Head }): Float32Array {
  if (dimensions === vector.length) return vector;
  if (dimensions > vector.length || !version.dimensions?.includes(dimensions)) throw refusal(version, dimensions, vector.length);
  const shorter = vector.slice(0, dimensions);
  return head.normalize ? normalized(shorter) : shorter;
}

function normalized(vector: Float32Array): Float32Array {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return norm === 0 ? vector : vector.map((value) => value / norm);
}

function refusal({ name, dimensions: smaller = [] }: ModelVersion, dimensions: number, width?: number): DimensionsError {
  const accepted = new Set([...smaller, ...(width === undefined ? [] : [width])]);
  return new DimensionsError(name, dimensions, [...accepted]);
}
