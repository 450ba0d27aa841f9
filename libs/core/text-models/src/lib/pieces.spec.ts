import { Pieces } from './pieces';
import { tinyTokenizerFile } from './testing/tiny-tokenizer';
import { openTokenizer } from './tokenizer-library';

const file = tinyTokenizerFile();
const piecesFor = (differs: object) => Pieces.of(openTokenizer({ ...file, ...differs }).file);

function cut(text: string, pieces: Pieces): string[] {
  const found: string[] = [];
  for (let start = pieces.startFrom(text, 0); start < text.length; ) {
    const stop = pieces.stopOf(text, start);
    found.push(text.slice(start, stop));
    start = pieces.startFrom(text, stop);
  }
  return found;
}

describe('Pieces', () => {
  describe('of', () => {
    it('holds for BERT tokenizers alone', () => {
      expect(piecesFor({})).toBeInstanceOf(Pieces);
      expect(piecesFor({ normalizer: null })).toBeUndefined();
      expect(piecesFor({ pre_tokenizer: { type: 'Whitespace' } })).toBeUndefined();
      expect(piecesFor({ model: { ...file.model, fuse_unk: true } })).toBeUndefined();
    });

    it('does not hold where an added token contains a cut', () => {
      for (const content of ['two words', '机器']) expect(piecesFor({ added_tokens: [{ id: 0, content, special: false }] })).toBeUndefined();
    });
  });

  it('cuts at white space and around ideographs', () => {
    expect(cut(' two\twords,\r\n机器learning\u00a0x ', piecesFor({})!)).toEqual(['two', 'words,', '机', '器', 'learning\u00a0x']);
  });

  it('does not cut ideographs where the normalizer does not', () => {
    expect(cut('机器 x', piecesFor({ normalizer: { type: 'BertNormalizer', handle_chinese_chars: false } })!)).toEqual(['机器', 'x']);
  });
});
