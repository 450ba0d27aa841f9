import fc from 'fast-check';
import { itWithCorpora, itWithMinilm, minilmFile, sharedLines } from './shared-files.fixture';
import { awkwardTexts } from './awkward-texts.fixture';
import { tinyTokenizerFile } from './testing/tiny-tokenizer';
import { Pieces } from './pieces';
import { openTokenizer } from './tokenizer-library';
import type { Token } from './tokenizer.port';
import { WordPieceCache } from './word-piece-cache';

const WORDS = ['hello', 'world', '##s', 'a', '##a', 'e', '##e', 'α', '##σ', '##ς', 'σ', '.', '[', ']', '机', '1', '##2', '2', '0', '-', "'", 'don', 't', '👍', 'ᄒ', '##ᅡ'];

function opened(json: unknown) {
  const { library, file } = openTokenizer(json);
  const whole = (text: string) => library.encode(text, { add_special_tokens: false }).ids;
  const read = jest.fn(whole);
  const tokens = (text: string) => library.encode(text, { add_special_tokens: false }).tokens.map((token, id): Token => ({ id, text: token, special: false, start: 0, stop: text.length }));
  return { read, whole, tokens, cache: new WordPieceCache(Pieces.of(file)!, { ids: read, tokens }) };
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

  describe('tokens', () => {
    it('gives the tokens of the library, whatever the text', () => {
      const { cache, tokens } = opened(tinyTokenizerFile({ words: WORDS }));
      const spelled = (found: readonly Token[]) => found.map((token) => token.text);
      fc.assert(fc.property(awkwardTexts(), (text) => expect(spelled(cache.tokens(text))).toEqual(spelled(tokens(text)))), { numRuns: 500 });
    });

    it('moves offsets from the piece to the text', () => {
      const { cache } = opened(tinyTokenizerFile());
      expect(cache.tokens(' hello  world').map(({ start, stop }) => [start, stop])).toEqual([[1, 6], [8, 13]]);
    });
  });
});
