import { z } from 'zod';

/** The parts of `config.json` that say what a graph is for. */
export const configSchema = z.object({
  architectures: z.array(z.string()).nullish(),
  model_type: z.string().nullish(),
  id2label: z.record(z.string(), z.string()).nullish(),
  num_labels: z.int().positive().nullish(),
  problem_type: z.string().nullish(),
  vocab_size: z.int().positive().nullish(),
  max_position_embeddings: z.number().nullish(),
});
export type Config = z.output<typeof configSchema>;

/** `modules.json` of sentence-transformers: what runs after what. */
export const modulesSchema = z.array(z.object({ type: z.string(), path: z.string().optional() }));
export type Modules = z.output<typeof modulesSchema>;

/** `1_Pooling/config.json`: flags in what most models carry, one word in newer ones. */
export const poolingSchema = z.object({
  pooling_mode: z.string().optional(),
  pooling_mode_cls_token: z.boolean().default(false),
  pooling_mode_mean_tokens: z.boolean().default(false),
  pooling_mode_max_tokens: z.boolean().default(false),
  pooling_mode_mean_sqrt_len_tokens: z.boolean().default(false),
  pooling_mode_weightedmean_tokens: z.boolean().default(false),
  pooling_mode_lasttoken: z.boolean().default(false),
});
export type PoolingConfig = z.output<typeof poolingSchema>;

export const sentenceSchema = z.object({ max_seq_length: z.number().nullish() });
/** Exports without a limit write 10^30. */
export const tokenizerSchema = z.object({ model_max_length: z.number().nullish() });
