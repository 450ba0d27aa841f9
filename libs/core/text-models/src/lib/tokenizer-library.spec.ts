import { tinyTokenizerFile } from './testing/tiny-tokenizer';
import { HuggingFaceTokenizer } from './hugging-face-tokenizer';
import { openTokenizer } from './tokenizer-library';

/** What `tokenizers` 0.23 for Python gives, BertNormalizer(lowercase=True) and Lowercase() alike. */
const REFERENCE = [['ΟΔΟΣ', 'οδοσ'], ['ΣΑΣ ΟΔΟΣ.', 'σασ οδοσ.'], ['aΣ', 'aσ'], ['Σ', 'σ'], ['οδος', 'οδος']] as const;

describe('openTokenizer', () => {
  const file = (normalizer: object) => ({ ...tinyTokenizerFile({ words: ['οδοσ', 'οδος'] }), normalizer });
  const bert = (lowercase: boolean) => ({ type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase });

  it.each([bert(true), { type: 'Lowercase' }, { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Lowercase' }] }])('lower-cases a capital sigma as the reference does, by %j', (normalizer) => {
    const { library } = openTokenizer(file(normalizer));
    expect(REFERENCE.map(([text]) => library.normalizer!.normalize(text))).toEqual(REFERENCE.map(([, normal]) => normal));
  });

  it('leaves it to a tokenizer that keeps capitals', () => {
    expect(openTokenizer(file(bert(false))).library.normalizer!.normalize('ΟΔΟΣ')).toBe('ΟΔΟΣ');
  });

  it('gives ids and offsets accordingly', () => {
    const tokenizer = new HuggingFaceTokenizer(file(bert(true)));
    expect(tokenizer.tokens('ΟΔΟΣ οδος', { addSpecialTokens: false })).toEqual([
      expect.objectContaining({ text: 'οδοσ', start: 0, stop: 4 }),
      expect.objectContaining({ text: 'οδος', start: 5, stop: 9 }),
    ]);
  });
});
