import { nlpCard } from './nlp-card';
import type { NlpQuality } from './nlp-quality';
import { tokenizerOf, writePinnedFolder } from './pinned-folder';

export const NLP_NAME = 'cortex-nlp-en';
const LABELS = ['O', 'B-PER', 'I-PER', 'B-ORG', 'I-ORG', 'B-LOC', 'I-LOC'];
const OPINIONS = ['negative', 'positive'];
const VOCABULARY = 30_522;

interface NlpModel {
  readonly graph: Uint8Array;
  /** Path of the encoder's tokenizer.json. */
  readonly tokenizer: string;
  readonly measured: NlpQuality;
}

/** Writes graph, tokenizer, golden cases, manifest and card. */
export function writeNlpFolder(folder: string, { graph, tokenizer, measured }: NlpModel): void {
  const { golden, fidelity, temperature, transitions } = measured;
  const manifest = {
    name: NLP_NAME,
    version: '1',
    task: 'token-classify',
    runtime: 'onnx',
    description: 'Names of people, organisations and places, and sentiment, in English texts: one encoder with two heads',
    license: 'Apache-2.0',
    source: 'trained by tools/train from sentence-transformers/all-MiniLM-L6-v2',
    languages: ['en'],
    maxTokens: 64,
    vocabularySize: VOCABULARY,
    pooling: 'tokens',
    tokenTypes: 'letter-case',
    rows: 'sentences',
    heads: {
      ner: { kind: 'tags', columns: [0, LABELS.length], labels: LABELS, transitions },
      sentiment: { kind: 'classify', columns: [LABELS.length, LABELS.length + OPINIONS.length], labels: OPINIONS, temperature },
    },
    variants: { int8: { file: 'model.onnx', fidelity, batchInvariant: true } },
  };
  const files = {
    'model.onnx': graph,
    'tokenizer.json': tokenizerOf(tokenizer),
    'golden.json': Buffer.from(`[\n${golden.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`),
  };
  writePinnedFolder(folder, { manifest, files, card: nlpCard(measured) });
}
