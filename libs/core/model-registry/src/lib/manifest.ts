import { z } from 'zod';
import { LATEST, NAME_PATTERN } from './model-reference';
import { RELATIVE_PATH } from './model-files';

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
  /** Labels that do not exclude each other. */
  multiLabel: z.boolean().optional(),
  /** Sizes a vector may be cut to, beside its own; default none. */
  dimensions: z.array(z.int().positive()).optional(),
  license: text.optional(),
  source: text.optional(),
  description: text.optional(),
});

export type Manifest = z.output<typeof manifestSchema>;
