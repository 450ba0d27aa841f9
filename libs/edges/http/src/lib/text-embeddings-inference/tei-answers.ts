import type { ModelVersion } from '@cortex/model-registry';
import type { ClassifyResult, RerankResult, Token } from '@cortex/text-models';
import type { InfoResponse, TokenizeResponse } from './tei-schemas';

/** The labels of one text, the most likely first. */
export function predictionsOf({ labels, scores, logits }: ClassifyResult, index: number, raw: boolean): { score: number; label: string }[] {
  const values = (raw ? logits : scores)[index]!;
  return labels.map((label, position) => ({ score: values[position]!, label })).sort((one, other) => other.score - one.score);
}

/** Documents by relevance; equals stay in their order. */
export function ranksOf({ scores }: RerankResult, { raw, texts }: { readonly raw: boolean; readonly texts?: readonly string[] }): { index: number; score: number; text?: string }[] {
  return scores
    .map((of, index) => ({ index, score: raw ? of.raw : of.score, ...(texts && { text: texts[index]! }) }))
    .sort((one, other) => other.score - one.score);
}

/** Offsets count bytes of UTF-8 in the original, UTF-16 units here: one walk turns them, as tokens stand in order. */
export function tokensOf(text: string, tokens: readonly Token[]): TokenizeResponse[number] {
  let unit = 0;
  let byte = 0;
  const toBytes = (to: number): number => {
    if (to < unit) unit = byte = 0;
    byte += Buffer.byteLength(text.slice(unit, to));
    unit = to;
    return byte;
  };
  return tokens.map(({ id, text: piece, special, start, stop }) => {
    if (start === undefined || stop === undefined) return { id, text: piece, special, start: null, stop: null };
    return { id, text: piece, special, start: toBytes(start), stop: toBytes(stop) };
  });
}

/** GET /info, where the original's single model is the task's default here. */
export function infoOf(model: ModelVersion, limits: { readonly rows: number; readonly version: string }): InfoResponse {
  const variant = model.variants[0]!;
  return {
    model_id: model.name, model_sha: variant.sha256 ?? null, model_dtype: variant.name, model_type: modelTypeOf(model),
    max_concurrent_requests: 512, max_input_length: model.maxTokens, max_batch_tokens: 512, max_batch_requests: model.maxBatchRows ?? null,
    max_client_batch_size: limits.rows, auto_truncate: false, tokenization_workers: 1,
    version: limits.version, sha: null, docker_label: null,
  };
}

function modelTypeOf({ task, head, labels = [] }: ModelVersion): Record<string, unknown> {
  if (task === 'embed') return { embedding: { pooling: head?.pooling ?? 'mean' } };
  const id2label = Object.fromEntries(labels.map((label, id) => [String(id), label]));
  const label2id = Object.fromEntries(labels.map((label, id) => [label, id]));
  return { [task === 'rerank' ? 'reranker' : 'classifier']: { id2label, label2id } };
}
