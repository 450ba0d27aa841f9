import { onnxGraph } from '@cortex/onnx/testing';
import { SPECIAL, textModelFolder } from './text-model-folder';

const LABELS = ['O', 'B-PER', 'I-PER'];
const WIDTH = LABELS.length + 2;
const LETTER_CASES = 5;
const CAPITALIZED = 2;

/** A folder with the model `tagger`, of two heads: capitalized words are PER, and every text is good by 3 to 1. The caller removes it. */
export async function taggerFolder(): Promise<string> {
  const heads = {
    ner: { kind: 'tags', columns: [0, 3], labels: LABELS },
    mood: { kind: 'classify', columns: [3, 5], labels: ['bad', 'good'] },
  };
  const manifest = { name: 'tagger', task: 'token-classify', tokenTypes: 'letter-case', languages: ['en'], heads, maxTokens: 64 };
  return textModelFolder(manifest, { graph: graph(), words: ['met'] });
}

/** Each token's numbers are what its letter case says; its id says nothing. */
function graph(): Uint8Array {
  const says = new Float32Array(LETTER_CASES * WIDTH);
  for (let letterCase = 0; letterCase < LETTER_CASES; letterCase += 1) {
    const numbers = letterCase === CAPITALIZED ? [0, 5, 6, 0, 0] : [5, 0, 0, 0, Math.log(3)];
    says.set(numbers, letterCase * WIDTH);
  }
  const row = ['batch', 'sequence'];
  return onnxGraph({
    inputs: [{ name: 'input_ids', dtype: 'int64', axes: row }, { name: 'token_type_ids', dtype: 'int64', axes: row }],
    outputs: [{ name: 'tokens', dtype: 'float32', axes: [...row, WIDTH] }],
    weights: {
      words: { dtype: 'float32', shape: [SPECIAL.length + 1, WIDTH], data: new Float32Array((SPECIAL.length + 1) * WIDTH) },
      says: { dtype: 'float32', shape: [LETTER_CASES, WIDTH], data: says },
    },
    nodes: [
      { op: 'Gather', inputs: ['words', 'input_ids'], outputs: ['word'] },
      { op: 'Gather', inputs: ['says', 'token_type_ids'], outputs: ['letterCase'] },
      { op: 'Add', inputs: ['word', 'letterCase'], outputs: ['tokens'] },
    ],
  });
}
