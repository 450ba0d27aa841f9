import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Ids 0 to 3; words follow. */
export const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];

interface TextModelParts {
  readonly graph: Uint8Array;
  /** Lower case; their ids are from 4. */
  readonly words: readonly string[];
}

/** A folder of models with this one, version 1. The caller removes it. */
export async function textModelFolder(manifest: Readonly<Record<string, unknown>> & { readonly name: string }, { graph, words }: TextModelParts): Promise<string> {
  const models = await mkdtemp(join(tmpdir(), `cortex-${manifest.name}-`));
  const folder = join(models, manifest.name, '1');
  const contents = { 'model.onnx': graph, 'tokenizer.json': Buffer.from(JSON.stringify(tokenizerOf(words))) };
  const files = Object.fromEntries(Object.entries(contents).map(([name, content]) => [name, { sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length }]));
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(contents)) await writeFile(join(folder, name), content);
  await writeFile(join(folder, 'cortex-model.json'), JSON.stringify({ version: '1', ...manifest, files, variants: { fp32: { file: 'model.onnx' } } }));
  return models;
}

function tokenizerOf(words: readonly string[]): object {
  const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const single = [special('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, special('[SEP]')];
  const vocab = Object.fromEntries([...SPECIAL, ...words].map((token, id) => [token, id]));
  return {
    version: '1.0',
    added_tokens: SPECIAL.map((content, id) => ({ id, content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing', single, pair: [...single, { Sequence: { id: 'B', type_id: 1 } }, special('[SEP]')],
      special_tokens: { '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] }, '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] } },
    },
    model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab },
  };
}
