import { HuggingFaceTokenizer } from '../hugging-face-tokenizer';

export interface TinyTokenizerOptions {
  /** Lower-case words and `##` pieces; their ids follow the special tokens, from 5. */
  readonly words?: readonly string[];
  /** false: texts are not framed by [CLS] and [SEP], as static models want it. */
  readonly framed?: boolean;
}

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

/** The content of a tokenizer.json: [PAD] 0, [UNK] 1, [CLS] 2, [SEP] 3, [MASK] 4, then the words. */
export function tinyTokenizerFile({ words = ['hello', 'world'], framed = true }: TinyTokenizerOptions = {}) {
  const vocab = Object.fromEntries([...SPECIAL, ...words].map((token, id) => [token, id]));
  return {
    version: '1.0',
    truncation: { max_length: 4, strategy: 'LongestFirst', stride: 0 },
    padding: { strategy: { Fixed: 8 }, direction: 'Right', pad_id: 0, pad_type_id: 0, pad_token: '[PAD]' },
    added_tokens: SPECIAL.map((content, id) => ({ id, content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: framed ? bertTemplate() : null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab },
  };
}

/** That tokenizer, opened. */
export function tinyTokenizer(options: TinyTokenizerOptions = {}): HuggingFaceTokenizer {
  return new HuggingFaceTokenizer(tinyTokenizerFile(options));
}

function bertTemplate() {
  const special = (id: string, typeId: number) => ({ SpecialToken: { id, type_id: typeId } });
  const text = (id: string, typeId: number) => ({ Sequence: { id, type_id: typeId } });
  const single = [special('[CLS]', 0), text('A', 0), special('[SEP]', 0)];
  const specialTokens = Object.fromEntries(['[CLS]', '[SEP]'].map((token) => [token, { id: token, ids: [SPECIAL.indexOf(token)], tokens: [token] }]));
  return { type: 'TemplateProcessing', single, pair: [...single, text('B', 1), special('[SEP]', 1)], special_tokens: specialTokens };
}
