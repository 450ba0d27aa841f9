import type { Head } from '@cortex/inference';
import type { RequestContext } from '@cortex/kernel';
import type { ResolvedModel } from '@cortex/model-registry';
import type { ServedModel } from '@cortex/orchestrator';
import { embeddingHead } from './embed';
import { sigmoid } from './probability';
import type { TextEngine } from './text-engine';
import { EmptyInputError } from './text-models.errors';

export interface RerankRequest {
  /** The default reranking model when absent, without one the default embedding model. */
  readonly model?: string;
  readonly query: string;
  readonly documents: readonly string[];
  /** false: a pair longer than the model is refused with TextTooLongError. */
  readonly truncate: boolean;
}

export interface RelevanceScore {
  /** 0..1. */
  readonly score: number;
  /** The logit, or a similarity's cosine. */
  readonly raw: number;
}

export interface RerankResult {
  readonly model: ServedModel;
  readonly scoring: 'cross-encoder' | 'similarity';
  /** In the order of the documents. */
  readonly scores: readonly RelevanceScore[];
  readonly tokens: number;
  readonly truncated: number;
}

export const LOGITS: Head = { pooling: 'none', normalize: false };

export async function rerank(engine: TextEngine, request: RerankRequest, context: RequestContext): Promise<RerankResult> {
  if (request.documents.length === 0) throw new EmptyInputError('documents');
  const run = (model: ResolvedModel, by: RequestContext) => rerankWith(engine, { ...request, model }, by);
  const numbersOf = ({ scores }: RerankResult) => Float32Array.from(scores, ({ score }) => score);
  return engine.ask({ reference: request.model, tasks: ['rerank', 'embed'] }, { run, numbersOf }, context);
}

type ResolvedRequest = Omit<RerankRequest, 'model'> & { readonly model: ResolvedModel };

function rerankWith(engine: TextEngine, request: ResolvedRequest, context: RequestContext): Promise<RerankResult> {
  return request.model.version.task === 'rerank' ? readTogether(engine, request, context) : compare(engine, request, context);
}

/** A cross-encoder reads the query and one document at a time as a pair. */
async function readTogether(engine: TextEngine, { model, query, documents, truncate }: ResolvedRequest, context: RequestContext): Promise<RerankResult> {
  const { version } = model;
  const tokenizer = await engine.tokenizerOf(version);
  const encode = (document: string, maxTokens: number) => tokenizer.encodePair([query, document], maxTokens);
  const { rows, ...counts } = await engine.read(documents, { version, truncate, encode }, context);
  const { model: served, vectors } = await engine.run(model, { rows, head: version.head ?? LOGITS }, context);
  const scores = vectors.map(([logit = 0]) => ({ score: sigmoid(logit), raw: logit }));
  return { model: served, scoring: 'cross-encoder', scores, ...counts };
}

async function compare(engine: TextEngine, { model, query, documents, truncate }: ResolvedRequest, context: RequestContext): Promise<RerankResult> {
  const { version } = model;
  const tokenizer = await engine.tokenizerOf(version);
  const encode = (text: string, maxTokens: number) => tokenizer.encode(text, maxTokens);
  const { rows, ...counts } = await engine.read([query, ...documents], { version, truncate, encode }, context);
  const head = { ...embeddingHead(version), normalize: true };
  const { model: served, vectors } = await engine.run(model, { rows, head }, context);
  const [asked, ...answers] = vectors;
  return { model: served, scoring: 'similarity', scores: answers.map((answer) => similarity(asked!, answer)), ...counts };
}

/** Of vectors of length 1. Rounding may carry a cosine just above 1. */
function similarity(a: Float32Array, b: Float32Array): RelevanceScore {
  const cosine = a.reduce((sum, value, index) => sum + value * b[index]!, 0);
  return { score: Math.min(1, Math.max(0, cosine)), raw: cosine };
}
