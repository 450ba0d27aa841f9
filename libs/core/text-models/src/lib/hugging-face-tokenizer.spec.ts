import fc from 'fast-check';
import { HuggingFaceTokenizer } from './hugging-face-tokenizer';
import { itWithMinilm, minilmFile } from './shared-files.fixture';
import { awkwardTexts } from './awkward-texts.fixture';
import { tinyTokenizer, tinyTokenizerFile } from './testing/tiny-tokenizer';
import { openTokenizer } from './tokenizer-library';

const [UNK, CLS, SEP, HELLO, WORLD] = [1, 2, 3, 5, 6];

describe('HuggingFaceTokenizer', () => {
  describe('encode', () => {
    it('neither pads nor cuts as the file says', () => {
      const { ids, truncated } = tinyTokenizer().encode('hello world hello world hello', 256);
      expect([...ids]).toEqual([CLS, HELLO, WORLD, HELLO, WORLD, HELLO, SEP]);
      expect(truncated).toBe(false);
    });

    it('keeps the special tokens of a text that it cuts', () => {
      const { ids, truncated } = tinyTokenizer().encode('hello world hello world', 4);
      expect([...ids]).toEqual([CLS, HELLO, WORLD, SEP]);
      expect(truncated).toBe(true);
    });

    it('does not call a text cut that just fits', () => {
      expect(tinyTokenizer().encode('hello world', 4).truncated).toBe(false);
    });

    it('gives an empty text its special tokens', () => {
      expect([...tinyTokenizer().encode('', 8).ids]).toEqual([CLS, SEP]);
      expect([...tinyTokenizer().encode(' \u0000\ud800 ', 8).ids]).toEqual([CLS, SEP]);
    });

    it('gives an unknown token for nothing where there are no special tokens', () => {
      expect([...tinyTokenizer({ framed: false }).encode('', 8).ids]).toEqual([UNK]);
      expect([...tinyTokenizer({ framed: false }).encode('hello', 8).ids]).toEqual([HELLO]);
    });

    itWithMinilm('gives the ids of reference.json', () => {
      const tokenizer = new HuggingFaceTokenizer(minilmFile('tokenizer.json'));
      const { sentences } = minilmFile('reference.json');
      expect(sentences).toHaveLength(20);
      for (const { text, input_ids } of sentences) expect([...tokenizer.encode(text, 256).ids]).toEqual(input_ids);
    });

    it('gives the library\'s ids where the cache does not apply', () => {
      const file = { ...tinyTokenizerFile({ words: ['hello', 'world', '##s', '.'] }), pre_tokenizer: { type: 'Whitespace' } };
      const tokenizer = new HuggingFaceTokenizer(file);
      const { library } = openTokenizer(file);
      fc.assert(fc.property(awkwardTexts(), (text) => expect([...tokenizer.encode(text, 100_000).ids]).toEqual(library.encode(text, { add_special_tokens: true }).ids)));
    });
  });

  describe('encodePair', () => {
    it('frames both and marks the second', () => {
      const { ids, typeIds, truncated } = tinyTokenizer().encodePair(['hello', 'world'], 16);
      expect([...ids]).toEqual([CLS, HELLO, SEP, WORLD, SEP]);
      expect([...typeIds!]).toEqual([0, 0, 0, 1, 1]);
      expect(truncated).toBe(false);
    });

    it('cuts the longer text first', () => {
      const { ids, truncated } = tinyTokenizer().encodePair(['hello', 'world '.repeat(50)], 8);
      expect([...ids]).toEqual([CLS, HELLO, SEP, WORLD, WORLD, WORLD, WORLD, SEP]);
      expect(truncated).toBe(true);
    });

    it('keeps an empty second text a pair', () => {
      expect([...tinyTokenizer().encodePair(['hello', ''], 8).ids]).toEqual([CLS, HELLO, SEP, SEP]);
    });
  });

  describe('tokens', () => {
    it('marks the special tokens that stand around the text', () => {
      const tokens = tinyTokenizer().tokens('Hello', { addSpecialTokens: true });
      expect(tokens).toEqual([
        { id: CLS, text: '[CLS]', special: true },
        { id: HELLO, text: 'hello', special: false, start: 0, stop: 5 },
        { id: SEP, text: '[SEP]', special: true },
      ]);
    });

    it('finds tokens behind accents, removed characters, special tokens and unknown words', () => {
      const text = ' he\u0000llo [SEP]wörlds\u200b 👍🏽 HELLÓ';
      const found = tinyTokenizer({ words: ['hello', 'world', '##s'] }).tokens(text, { addSpecialTokens: false });
      expect(found.map((token) => text.slice(token.start, token.stop))).toEqual(['he\u0000llo', '[SEP]', 'wörld', 's', '👍🏽', 'HELLÓ']);
    });

    function expectTrueOffsets(tokenizer: HuggingFaceTokenizer, text: string): void {
      let last = 0;
      const tokens = tokenizer.tokens(text, { addSpecialTokens: false });
      for (const { text: token, start, stop } of tokens) {
        if (start === undefined || stop === undefined) throw new Error(`no offsets for ${token} of ${JSON.stringify(text)}`);
        const inside = tokenizer.tokens(text.slice(start, stop), { addSpecialTokens: false }).map((piece) => piece.text.replace(/^##/, '')).join('');
        const spelled = token.replace(/^##/, '').replaceAll('ς', 'σ');
        if (token !== '[UNK]' && !inside.includes('[UNK]')) expect(inside.replaceAll('ς', 'σ')).toContain(spelled);
        expect(start).toBeLessThan(stop);
        expect(start).toBeGreaterThanOrEqual(last);
        last = start;
      }
    }

    itWithMinilm('gives offsets whose text normalizes to the token', () => {
      const tokenizer = new HuggingFaceTokenizer(minilmFile('tokenizer.json'));
      fc.assert(fc.property(awkwardTexts(12), (text) => expectTrueOffsets(tokenizer, text)), { numRuns: 400 });
    });

    it('leaves offsets out where the kind cannot be aligned', () => {
      const file = tinyTokenizerFile();
      const { unk_token, vocab } = file.model;
      const tokenizer = new HuggingFaceTokenizer({ ...file, model: { type: 'BPE', unk_token, vocab, merges: [] } });
      expect(tokenizer.tokens('x', { addSpecialTokens: false })).toEqual([{ id: UNK, text: expect.any(String), special: false }]);
    });
  });

  describe('decode', () => {
    it('joins pieces to words, with or without special tokens', () => {
      const tokenizer = tinyTokenizer({ words: ['hello', 'world', '##s'] });
      expect(tokenizer.decode([CLS, HELLO, WORLD, 7, SEP], { skipSpecialTokens: true })).toBe('hello worlds');
      expect(tokenizer.decode([CLS, HELLO, SEP], { skipSpecialTokens: false })).toBe('[CLS] hello [SEP]');
    });

    it('gives an empty text for no ids', () => {
      expect(tinyTokenizer().decode([], { skipSpecialTokens: true })).toBe('');
    });
  });
});
