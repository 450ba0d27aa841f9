import fc from 'fast-check';
import { readPrefix } from './read-prefix';
import { itWithMinilm, minilmFile } from './shared-files.fixture';
import { awkwardTexts } from './awkward-texts.fixture';
import { tinyTokenizerFile } from './testing/tiny-tokenizer';
import { openTokenizer } from './tokenizer-library';

const longTexts = fc.array(awkwardTexts(60), { minLength: 20, maxLength: 120 }).map((texts) => texts.join(''));

function reader(json: unknown) {
  const { library } = openTokenizer(json);
  return jest.fn((text: string) => library.encode(text, { add_special_tokens: false }).ids);
}

function expectPrefix(read: jest.Mock<number[], [string]>, text: string, limit: number): void {
  expect(readPrefix(text, limit, read).ids.slice(0, limit)).toEqual(read(text).slice(0, limit));
}

describe('readPrefix', () => {
  it('gives the first ids of the whole text', () => {
    const read = reader(tinyTokenizerFile({ words: ['hello', 'world', '##s', 'a', '##a', '机', 'e', '##e', '.'] }));
    fc.assert(fc.property(longTexts, fc.integer({ min: 1, max: 60 }), (text, limit) => expectPrefix(read, text, limit)), { numRuns: 80 });
  });

  itWithMinilm('gives them with the vocabulary of all-MiniLM-L6-v2', () => {
    const read = reader(minilmFile('tokenizer.json'));
    fc.assert(fc.property(longTexts, fc.integer({ min: 1, max: 60 }), (text, limit) => expectPrefix(read, text, limit)), { numRuns: 40 });
  });

  it('reads little of a text far above the limit', () => {
    const read = jest.fn((text: string) => text.split(' ').map((word) => word.length));
    const { ids, complete } = readPrefix('word '.repeat(200_000), 256, read);
    expect(ids).toHaveLength(256);
    expect(complete).toBe(false);
    expect(read.mock.calls.reduce((sum, [text]) => sum + text.length, 0)).toBeLessThan(20_000);
  });

  it('does not cut a character in two', () => {
    const read = jest.fn((text: string) => [...text].map((character) => character.codePointAt(0)!));
    fc.assert(
      fc.property(fc.string({ maxLength: 3 }), (prefix) => {
        const { ids } = readPrefix(prefix + '👍'.repeat(5_000), 500, read);
        expect(ids.filter((code) => code >= 0xd800 && code <= 0xdfff)).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it('says complete when nothing was left out', () => {
    expect(readPrefix('a b', 10, (text) => text.split(' ').map(() => 1))).toEqual({ ids: [1, 1], complete: true });
  });
});
