import { Injectable } from '@nestjs/common';
import type { RequestContext } from '@cortex/kernel';
import type { Tensor, TensorMap } from '@cortex/inference';
import type { ModelVersion } from '@cortex/model-registry';
import type { ServedModel } from '@cortex/orchestrator';
import { TextModels, type RerankResult } from '@cortex/text-models';
import { TensorDataError } from './tensor.errors';
import type { InferEnvelope } from './infer-schemas';

/** The one input that makes a model read text instead of token ids. */
const TEXT = 'text';
const OUTPUTS: Partial<Record<ModelVersion['task'], readonly string[]>> = {
  embed: ['embedding'],
  rerank: ['scores', 'logits'],
  classify: ['scores', 'logits'],
  'token-classify': ['annotations'],
};

export interface TextOutputs {
  readonly model: ServedModel;
  readonly outputs: TensorMap;
  readonly truncated: number;
}

export interface TextCall {
  readonly reference: string;
  readonly version: ModelVersion;
  readonly texts: Tensor;
  readonly truncate: boolean;
}

/** Whether a request brings text for a model that has a head to answer with. */
export function bringsText({ inputs }: InferEnvelope, { task }: ModelVersion): boolean {
  return inputs.length === 1 && inputs[0]!.name === TEXT && inputs[0]!.datatype === 'BYTES' && OUTPUTS[task] !== undefined;
}

/** The outputs a text call can give. */
export function textOutputsOf({ task }: ModelVersion): readonly { readonly name: string }[] {
  return (OUTPUTS[task] ?? []).map((name) => ({ name }));
}

/** Answers a BYTES tensor of texts ([n] or [n, 1], or [n, 2] for pairs) with the output of the model's head. */
@Injectable()
export class TextInference {
  constructor(private readonly models: TextModels) {}

  infer(call: TextCall, context: RequestContext): Promise<TextOutputs> {
    switch (call.version.task) {
      case 'embed': return this.#embed(call, context);
      case 'rerank': return this.#rerank(call, context);
      case 'token-classify': return this.#annotate(call, context);
      default: return this.#classify(call, context);
    }
  }

  async #embed({ reference: model, texts, truncate }: TextCall, context: RequestContext): Promise<TextOutputs> {
    const result = await this.models.embed({ model, texts: singles(texts), truncate }, context);
    return { model: result.model, truncated: result.truncated, outputs: { embedding: matrix(result.vectors) } };
  }

  async #classify({ reference: model, texts, truncate }: TextCall, context: RequestContext): Promise<TextOutputs> {
    const inputs = isPaired(texts) ? pairs(texts) : singles(texts);
    const result = await this.models.classify({ model, texts: inputs, truncate }, context);
    return { model: result.model, truncated: result.truncated, outputs: { scores: matrix(result.scores), logits: matrix(result.logits) } };
  }

  /** A text's annotation is a JSON object: how many spans it has differs from text to text. Nothing is ever cut. */
  async #annotate({ reference: model, texts }: TextCall, context: RequestContext): Promise<TextOutputs> {
    const result = await this.models.annotate({ model, texts: singles(texts) }, context);
    const data = result.texts.map((annotation) => JSON.stringify(annotation));
    return { model: result.model, truncated: 0, outputs: { annotations: { dtype: 'string', shape: [data.length], data } } };
  }

  /** A row is a query and a document; documents of one query are ranked together. */
  async #rerank({ reference: model, texts, truncate }: TextCall, context: RequestContext): Promise<TextOutputs> {
    const rows = pairs(texts);
    const answers = await Promise.all(queriesOf(rows).map(async ({ query, positions }) => {
      const documents = positions.map((position) => rows[position]![1]);
      return { positions, result: await this.models.rerank({ model, query, documents, truncate }, context) };
    }));
    return rerankOutputs(rows.length, answers);
  }
}

interface RankedQuery {
  readonly positions: readonly number[];
  readonly result: RerankResult;
}

function rerankOutputs(rows: number, answers: readonly RankedQuery[]): TextOutputs {
  const scores = new Float32Array(rows);
  const logits = new Float32Array(rows);
  let truncated = 0;
  for (const { positions, result } of answers) {
    truncated += result.truncated;
    positions.forEach((position, index) => {
      scores[position] = result.scores[index]!.score;
      logits[position] = result.scores[index]!.raw;
    });
  }
  const column = (data: Float32Array): Tensor => ({ dtype: 'float32', shape: [rows, 1], data });
  return { model: answers[0]!.result.model, truncated, outputs: { scores: column(scores), logits: column(logits) } };
}

/** Rows by their query, in the order of the first. */
function queriesOf(rows: readonly (readonly [string, string])[]): { query: string; positions: number[] }[] {
  const positions = new Map<string, number[]>();
  rows.forEach(([query], position) => {
    const known = positions.get(query);
    if (known) known.push(position);
    else positions.set(query, [position]);
  });
  return Array.from(positions, ([query, of]) => ({ query, positions: of }));
}

function isPaired({ shape }: Tensor): boolean {
  return shape.length === 2 && shape[1] === 2;
}

function singles(texts: Tensor): readonly string[] {
  const { shape, data } = texts;
  if (shape[0] === 0 || !(shape.length === 1 || (shape.length === 2 && shape[1] === 1))) throw unfit(texts, '[n] or [n, 1]');
  return data as readonly string[];
}

function pairs(texts: Tensor): readonly (readonly [string, string])[] {
  if (!isPaired(texts) || texts.shape[0] === 0) throw unfit(texts, '[n, 2] (a query and a document, or two texts)');
  const strings = texts.data as readonly string[];
  return Array.from({ length: texts.shape[0]! }, (_, row): readonly [string, string] => [strings[2 * row]!, strings[2 * row + 1]!]);
}

function unfit({ shape }: Tensor, expected: string): TensorDataError {
  return new TensorDataError(TEXT, `expected the shape ${expected} with n >= 1, got [${shape}]`);
}

function matrix(rows: readonly Float32Array[]): Tensor {
  const width = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, index) => data.set(row, index * width));
  return { dtype: 'float32', shape: [rows.length, width], data };
}
