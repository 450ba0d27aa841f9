import fc from 'fast-check';
import { itWithCorpora, itWithMinilm, minilmFile, sharedLines } from './shared-files.fixture';
import { awkwardTexts } from './awkward-texts.fixture';
import { tinyTokenizerFile } from './testing/tiny-tokenizer';
import { openTokenizer } from './tokenizer-library';
import { WordPieceCache } from './word-piece-cache';

const WORDS = ['hello', 'world', '##s', 'a', '##a', 'e', '##e', 'α', '##σ', '##ς', 'σ', '.', '[', ']', '机', '1', '##2', '2', '0', '-', "'", 'don', 't', '👍', 'ᄒ', '##ᅡ'];

function opened(json: unknown) {
  const { library } = openTokenizer(json);
  const read = jest.fn((text: string) => library.encode(text, { add_special_tokens: false }).ids);
  return { read, whole: (text: string) => library.encode(text, { add_special_tokens: false }).ids, cache: new WordPieceCache(read) };
}

describe('WordPieceCache', () => {
  describe('encode', () => {
    it('gives the ids of the library, whatever the text', () => {
      const { cache, whole } = opened(tinyTokenizerFile({ words: WORDS }));
      fc.assert(fc.property(awkwardTexts(), (text) => expect(cache.encode(text, Infinity)).toEqual({ ids: whole(text), complete: true })), { numRuns: 1_000 });
    });

    it.each([{ lowercase: false, strip_accents: false }, { clean_text: false }, { handle_chinese_chars: false }, { lowercase: false, strip_accents: true }])(
      'gives them for a normalizer with %o',
      (differs) => {
        const file = tinyTokenizerFile({ words: WORDS });
        const { cache, whole } = opened({ ...file, normalizer: { ...file.normalizer, ...differs } });
        fc.assert(fc.property(awkwardTexts(), (text) => expect(cache.encode(text, Infinity).ids).toEqual(whole(text))), { numRuns: 1_000 });
      },
    );

    itWithMinilm('gives them with the vocabulary of all-MiniLM-L6-v2', () => {
      const { cache, whole } = opened(minilmFile('tokenizer.json'));
      fc.assert(fc.property(awkwardTexts(), (text) => expect(cache.encode(text, Infinity).ids).toEqual(whole(text))), { numRuns: 700 });
    });

    itWithCorpora('gives them for thousands of lines of ../shared/data', () => {
      const { cache, whole } = opened(minilmFile('tokenizer.json'));
      const different = sharedLines(1_000).filter((line) => cache.encode(line, Infinity).ids.join() !== whole(line).join());
      expect(different).toEqual([]);
    });

    it('gives at least the first ids when it may stop early', () => {
      const { cache, whole } = opened(tinyTokenizerFile({ words: WORDS }));
      fc.assert(
        fc.property(awkwardTexts(60), fc.integer({ min: 1, max: 40 }), (text, limit) => {
          const { ids, complete } = cache.encode(text, limit);
          expect(ids.slice(0, limit)).toEqual(whole(text).slice(0, limit));
          expect(ids.length >= limit || complete).toBe(true);
        }),
        { numRuns: 500 },
      );
    });

    it('asks the library once for a piece that comes again', () => {
      const { cache, read } = opened(tinyTokenizerFile());
      cache.encode('hello world hello\nworld hello', Infinity);
      cache.encode('world', Infinity);
      expect(read.mock.calls).toEqual([['hello'], ['world']]);
    });

    it('remembers what is in use while it forgets the rest', () => {
      const { cache, read } = opened(tinyTokenizerFile());
      for (let word = 0; word < 60_000; word++) cache.encode(word % 1_000 === 0 ? 'hello' : `w${word}`, Infinity);
      const before = read.mock.calls.length;
      cache.encode('hello w59999 w1', Infinity);
      expect(read.mock.calls.slice(before)).toEqual([['w1']]);
    });

    it.each([
      ['without white space', 'é'.repeat(1_000_000)],
      ['of control characters', '\u0000'.repeat(1_000_000)],
      ['of pieces that give nothing', Array.from({ length: 20_000 }, (_, index) => index.toString(2).replaceAll('0', '\u0001').replaceAll('1', '\u0002')).join(' ')],
    ])('reads a bounded part of a megabyte %s', (_, text) => {
      const { cache, read } = opened(tinyTokenizerFile());
      const { complete } = cache.encode(text, 256);
      expect(complete).toBe(false);
      expect(read.mock.calls.reduce((sum, [piece]) => sum + piece.length, 0)).toBeLessThan(60_000);
    });
  });

  describe('suits', () => {
    const suits = (differs: object) => WordPieceCache.suits(openTokenizer({ ...tinyTokenizerFile(), ...differs }).file);

    it('holds for BERT tokenizers alone', () => {
      expect(suits({})).toBe(true);
      expect(suits({ normalizer: null })).toBe(false);
      expect(suits({ pre_tokenizer: { type: 'Whitespace' } })).toBe(false);
      expect(suits({ added_tokens: [{ id: 0, content: 'two words', special: false }] })).toBe(false);
    });
  });
});
