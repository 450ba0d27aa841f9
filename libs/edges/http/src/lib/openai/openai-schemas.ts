import { z } from 'zod';
import { textColumnsQuery } from '../arrow/arrow-rows';
import { named } from '../named';
import { textInputs } from '../text-inputs';

/** Source: OpenAI API reference, "Create embeddings". `user` is read and forgotten. */
export const embeddingsRequest = named('EmbeddingsRequest', z.object({
  model: z.string().min(1),
  input: textInputs,
  encoding_format: z.enum(['float', 'base64']).default('float'),
  dimensions: z.int().positive().optional(),
  user: z.string().optional(),
}));
export type EmbeddingsRequest = z.output<typeof embeddingsRequest>;

/** What a body in Arrow leaves to the address. */
export const embeddingsQuery = z.object({
  ...textColumnsQuery,
  model: z.string().min(1).optional().describe('In Arrow: the model'),
  dimensions: z.coerce.number<string>().int().positive().optional().describe('In Arrow: as in JSON'),
});
export type EmbeddingsQuery = z.output<typeof embeddingsQuery>;

export const embeddingsResponse = named('EmbeddingsResponse', z.object({
  object: z.literal('list'),
  data: z.array(z.object({
    object: z.literal('embedding'),
    index: z.int(),
    embedding: z.union([z.array(z.number()), z.string().describe('Base64 of little-endian float32')]),
  })),
  model: z.string(),
  usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() }),
}));

/** OpenAI's four fields, and what is known here besides. The last three only while the model is loaded. */
export const openAiModel = named('OpenAiModel', z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.int(),
  owned_by: z.string(),
  version: z.string(),
  task: z.string(),
  variant: z.string().optional(),
  batchInvariant: z.boolean().optional(),
  fidelity: z.number().optional(),
}));
export type OpenAiModel = z.output<typeof openAiModel>;

export const openAiModels = named('OpenAiModels', z.object({ object: z.literal('list'), data: z.array(openAiModel) }));
