import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onnxGraph } from '@cortex/onnx/testing';

const LABELS = ['O', 'B-PER', 'I-PER'];
const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];
const WIDTH = LABELS.length + 2;
const LETTER_CASES = 5;
const CAPITALIZED = 2;

/** A folder with the model `tagger`, of two heads: capitalized words are PER, and every text is good by 3 to 1. The caller removes it. */
export async function taggerFolder(): Promise<string> {
  const models = await mkdtemp(join(tmpdir(), 'cortex-tagger-'));
  const folder = join(models, 'tagger', '1');
  const files = { 'model.onnx': graph(), 'tokenizer.json': Buffer.from(JSON.stringify(tokenizer())) };
  const heads = {
    ner: { kind: 'tags', columns: [0, 3], labels: LABELS },
    mood: { kind: 'classify', columns: [3, 5], labels: ['bad', 'good'] },
  };
  const manifest = {
    name: 'tagger', version: '1', task: 'token-classify', tokenTypes: 'letter-case', languages: ['en'], heads, maxTokens: 64,
    files: Object.fromEntries(Object.entries(files).map(([name, content]) => [name, { sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length }])),
    variants: { fp32: { file: 'model.onnx' } },
  };
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries({ ...files, 'cortex-model.json': JSON.stringify(manifest) })) await writeFile(join(folder, name), content);
  return models;
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

function tokenizer(): object {
  const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const vocab = Object.fromEntries([...SPECIAL, 'met'].map((token, id) => [token, id]));
  return {
    version: '1.0',
    added_tokens: SPECIAL.map((content, id) => ({ id, content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing', single: [special('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, special('[SEP]')],
      pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
      special_tokens: { '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] }, '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] } },
    },
    model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab },
  };
}
