import { encoderCard } from './encoder-card';
import type { EncoderQuality } from './encoder-quality';
import { tokenizerOf, writePinnedFolder } from './pinned-folder';

export const ENCODER_NAME = 'cortex-embed-en';

interface EncoderModel {
  readonly graph: Uint8Array;
  /** Path of the teacher's tokenizer.json. */
  readonly tokenizer: string;
  readonly measured: EncoderQuality;
}

/** Writes graph, tokenizer, manifest and card. */
export function writeEncoderFolder(folder: string, { graph, tokenizer, measured }: EncoderModel): void {
  const manifest = {
    name: ENCODER_NAME,
    version: '1',
    task: 'embed',
    runtime: 'onnx',
    description: 'English sentence embeddings, 384 dimensions: three layers that give the vectors of all-MiniLM-L6-v2',
    license: 'Apache-2.0',
    source: 'distilled by tools/train from sentence-transformers/all-MiniLM-L6-v2',
    languages: ['en'],
    maxTokens: 256,
    vocabularySize: 30_522,
    pooling: 'mean',
    normalize: true,
    variants: { int8: { file: 'model.onnx', fidelity: Number(measured.fidelity.toFixed(5)), batchInvariant: true } },
  };
  writePinnedFolder(folder, { manifest, files: { 'model.onnx': graph, 'tokenizer.json': tokenizerOf(tokenizer) }, card: encoderCard(measured) });
}
