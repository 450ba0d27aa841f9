import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ModelArtifact } from '@cortex/inference';

/** all-MiniLM-L6-v2 where the machine has it, beside the repository. */
const FOLDER = resolve(__dirname, '../../../../../../shared/models/all-MiniLM-L6-v2');
const FILES = { fp32: 'model.onnx', int8: 'model_int8.onnx', quantized: 'model_quantized.onnx' };

export const hasMiniLm = existsSync(join(FOLDER, 'onnx', FILES.fp32));

export const miniLmReference = join(FOLDER, 'reference.json');

export const miniLmVocabulary = join(FOLDER, 'vocab.txt');

export function miniLm(variant: keyof typeof FILES): ModelArtifact {
  return {
    name: 'all-MiniLM-L6-v2',
    version: '1',
    variant,
    file: join(FOLDER, 'onnx', FILES[variant]),
    digest: `sha256:minilm-${variant}`,
    maxTokens: 256,
    maxBatchRows: 32,
    vocabularySize: 30_522,
    head: { pooling: 'mean', normalize: true },
  };
}
