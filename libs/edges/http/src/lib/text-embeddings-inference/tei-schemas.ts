import { z } from 'zod';
import { textColumnsQuery } from '../arrow/arrow-rows';
import { named } from '../named';
import { textInputs } from '../text-inputs';

/** Where the original serves one model, `model` in the body or the query names another one than the task's default. */
const model = z.string().min(1).optional();
export const modelQuery = z.object({ model });
export type ModelQuery = z.output<typeof modelQuery>;

const nothing = z.null().optional().describe('Prompts are not supported: prepend the text');
const truncation = { truncate: z.boolean().nullish(), truncation_direction: z.enum(['right', 'Right']).default('right') };
const text = z.string();

/** Source: text-embeddings-inference, docs/openapi.json. */
export const embedRequest = named('EmbedRequest', z.object({ inputs: textInputs, ...truncation, normalize: z.boolean().default(true), dimensions: z.int().positive().nullish(), prompt_name: nothing, model }));
/** What a body in Arrow leaves to the address. */
export const embedQuery = z.object({
  model, ...textColumnsQuery,
  truncate: z.stringbool().optional().describe('In Arrow: as in JSON'),
  normalize: z.stringbool().optional().describe('In Arrow: as in JSON'),
  dimensions: z.coerce.number<string>().int().positive().optional().describe('In Arrow: as in JSON'),
});
export type EmbedQuery = z.output<typeof embedQuery>;
export const embedResponse = named('EmbedResponse', z.array(z.array(z.number())));

export const sparseRequest = named('EmbedSparseRequest', z.object({ inputs: textInputs, model }));
export const sparseResponse = named('EmbedSparseResponse', z.array(z.array(z.object({ index: z.int(), value: z.number() }))));

export const teiRerankRequest = named('TeiRerankRequest', z.object({
  query: text, texts: z.array(text).min(1), ...truncation, raw_scores: z.boolean().default(false), return_text: z.boolean().default(false), model,
}));
export const teiRerankResponse = named('TeiRerankResponse', z.array(z.object({ index: z.int(), score: z.number(), text: z.string().optional() })));

const PREDICT_INPUTS = 'a string, a pair [string, string], or a list of [string] and [string, string]';
export const predictRequest = named('PredictRequest', z.object({
  inputs: z.unknown().meta({ description: PREDICT_INPUTS, oneOf: [{ type: 'string' }, { type: 'array', items: {} }] }),
  ...truncation, raw_scores: z.boolean().default(false), model,
}));
const predictions = z.array(z.object({ score: z.number(), label: z.string() }));
export const predictResponse = named('PredictResponse', z.union([predictions, z.array(predictions)]));

export const tokenizeRequest = named('TokenizeRequest', z.object({ inputs: textInputs, add_special_tokens: z.boolean().default(true), prompt_name: nothing, model }));
export const tokenizeResponse = named('TokenizeResponse', z.array(z.array(z.object({
  id: z.int(), text: z.string(), special: z.boolean(),
  start: z.int().nullable().describe('Byte offset into the UTF-8 text'), stop: z.int().nullable(),
}))));

const ids = z.array(z.int().nonnegative());
export const decodeRequest = named('DecodeRequest', z.object({ ids: z.union([ids, z.array(ids)]), skip_special_tokens: z.boolean().default(true), model }));
export const decodeResponse = named('DecodeResponse', z.array(z.string()));

export const infoResponse = named('TeiInfo', z.object({
  model_id: z.string(), model_sha: z.string().nullable(), model_dtype: z.string(), model_type: z.looseObject({}),
  max_concurrent_requests: z.int(), max_input_length: z.int(), max_batch_tokens: z.int(), max_batch_requests: z.int().nullable(),
  max_client_batch_size: z.int(), auto_truncate: z.boolean(), tokenization_workers: z.int(),
  version: z.string(), sha: z.string().nullable(), docker_label: z.string().nullable(),
}));

export type EmbedRequest = z.output<typeof embedRequest>;
export type TeiRerankRequest = z.output<typeof teiRerankRequest>;
export type PredictRequest = z.output<typeof predictRequest>;
export type TokenizeRequest = z.output<typeof tokenizeRequest>;
export type DecodeRequest = z.output<typeof decodeRequest>;
export type TokenizeResponse = z.output<typeof tokenizeResponse>;
export type InfoResponse = z.output<typeof infoResponse>;
