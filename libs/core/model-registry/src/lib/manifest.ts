import { z } from 'zod';
import { LATEST, NAME_PATTERN } from './model-reference';
import { RELATIVE_PATH } from './model-files';
import { tokenHeadsSchema } from './token-heads';

export const MANIFEST_FILE = 'cortex-model.json';

const name = z.string().regex(NAME_PATTERN, 'expected letters, digits, ".", "_", "-", at most 128');
const path = z.string().regex(RELATIVE_PATH, 'expected a relative file name without ".."');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hex digits in lower case');
const text = z.string().max(10_000);

/** `cortex-model.json`. A field that is not named here is a mistake, so that a misspelt one is not silently without effect. */
export const manifestSchema = z.strictObject({
  $schema: z.string().optional(),
  name,
  version: name.refine((version) => version !== LATEST, `"${LATEST}" is an alias`),
  task: z.enum(['tensor', 'embed', 'rerank', 'classify', 'token-classify', 'generate']),
  runtime: z.enum(['onnx', 'oip', 'langchain']).default('onnx'),
  /** Every file the model uses, by its name in the folder: graphs, external data, tokenizer.json. */
  files: z.record(path, z.strictObject({ sha256, bytes: z.int().positive() })),
  variants: z
    .record(
      name,
      z.strictObject({
        file: path,
        /** Mean cosine to fp32. */
        fidelity: z.number().min(-1).max(1).optional(),
        batchInvariant: z.boolean().optional(),
      }),
    )
    .refine((variants) => Object.keys(variants).length > 0, 'expected at least one'),
  /** Default 512, for tensor graphs 0. */
  maxTokens: z.int().min(0).max(1_000_000).optional(),
  maxBatchRows: z.int().positive().max(1_000_000).optional(),
  vocabularySize: z.int().positive().optional(),
  /** Default: mean to embed, none to rerank and classify, tokens to tag tokens. */
  pooling: z.enum(['mean', 'cls', 'last', 'none', 'tokens']).optional(),
  normalize: z.boolean().default(false),
  /** The graph's output that is pooled; default the first one. */
  output: text.optional(),
  labels: z.array(text).optional(),
  /** Of a model to token-classify: what the columns of a token's numbers say. Default one head `tags` of all labels. */
  heads: tokenHeadsSchema.optional(),
  /** What token types carry where they do not tell two texts apart: the letter case of each token's word. */
  tokenTypes: z.literal('letter-case').optional(),
  /** Of a model to token-classify that was trained on single sentences: each is a row of its own. Default: as much of a text as fits. */
  rows: z.literal('sentences').optional(),
  /** What it is made for, by ISO 639-1; absent: not said. */
  languages: z.array(z.string().regex(/^[a-z]{2}$/, 'expected two letters, as in ISO 639-1')).min(1).optional(),
  /** Labels that do not exclude each other. */
  multiLabel: z.boolean().optional(),
  /** Sizes a vector may be cut to, beside its own; default none. */
  dimensions: z.array(z.int().positive()).optional(),
  license: text.optional(),
  source: text.optional(),
  description: text.optional(),
});

export type Manifest = z.output<typeof manifestSchema>;
