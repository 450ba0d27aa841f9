import { join } from 'node:path';
import { tokenizerOf, writePinnedFolder } from './pinned-folder';

export const NAME = 'cortex-embed-small';
export const VERSION = '1';

/** Rows above this are cut by the server; the graph itself takes any length (its int32 sums hold 133,000 tokens). */
const MAX_TOKENS = 8_192;
const MODEL = 'model.onnx';
const TOKENIZER = 'tokenizer.json';

export interface ModelFolder {
  readonly graph: Uint8Array;
  readonly teacherFolder: string;
  readonly vocabularySize: number;
  /** Mean cosine of the int8 vectors to float32. */
  readonly fidelity: number;
  readonly card: string;
}

/** Writes graph, tokenizer, manifest and card. */
export function writeModelFolder(folder: string, { graph, teacherFolder, vocabularySize, fidelity, card }: ModelFolder): void {
  const files = { [MODEL]: graph, [TOKENIZER]: tokenizerOf(join(teacherFolder, TOKENIZER), { post_processor: null }) };
  const manifest = {
    name: NAME,
    version: VERSION,
    task: 'embed',
    runtime: 'onnx',
    description: 'Static English embedding model: a table of token vectors, distilled from all-MiniLM-L6-v2',
    license: 'Apache-2.0',
    source: 'distilled by tools/train from sentence-transformers/all-MiniLM-L6-v2',
    maxTokens: MAX_TOKENS,
    vocabularySize,
    pooling: 'none',
    normalize: true,
    dimensions: [64, 128, 256],
    variants: { int8: { file: MODEL, fidelity: Number(fidelity.toFixed(5)), batchInvariant: true } },
  };
  writePinnedFolder(folder, { manifest, files, card });
}
