import fc from 'fast-check';
import { awkwardTexts } from '../awkward-texts.fixture';
import { HuggingFaceTokenizer } from '../hugging-face-tokenizer';
import { itWithMinilm, minilmFile } from '../shared-files.fixture';
import { tinyTokenizer } from '../testing/tiny-tokenizer';
import type { Tokenizer } from '../tokenizer.port';
import { sectionsOf } from './sections';
import { wordsOf } from './words';

const allWords = (tokenizer: Tokenizer, text: string) => [...wordsOf(tokenizer, text)].flatMap((words) => words!);
/** Longer than a section, so that it is cut; a space in it, so that a cut can be exact. */
const longTexts = fc.array(awkwardTexts(), { minLength: 60, maxLength: 120 }).map((texts) => texts.join(' ')).filter(({ length }) => length > 1_024);

function expectWholeReading(tokenizer: Tokenizer, text: string): void {
  const words = allWords(tokenizer, text);
  const tokens = tokenizer.tokens(text, { addSpecialTokens: false });
  expect(words.flatMap(({ ids }) => ids)).toEqual(tokens.map(({ id }) => id));
  expect(words.map(({ start }) => start)).toEqual(tokens.flatMap(({ start, continues }) => (continues ? [] : [start])));
}

describe('wordsOf', () => {
  it('joins pieces, and puts marks by themselves', () => {
    const tokenizer = tinyTokenizer({ words: ['hello', '##s', '.', '\''] });
    const text = 'Hellos\' HELLO.';
    expect(allWords(tokenizer, text).map(({ start, stop, ids, letterCase }) => [text.slice(start, stop), ids, letterCase])).toEqual([
      ['Hellos', [5, 6], 2], ['\'', [8], 0], ['HELLO', [5], 3], ['.', [7], 0],
    ]);
  });

  it('reads a long text in sections as it does in one', () => {
    const tokenizer = tinyTokenizer({ words: ['hello', 'world', '##s', '.', '1', 'e', 'σ', 'α', '##ς', '##σ', '機', '机'] });
    fc.assert(fc.property(longTexts, (text) => expectWholeReading(tokenizer, text)), { numRuns: 40 });
  });

  itWithMinilm('reads a long text in sections as it does in one, with a real vocabulary', () => {
    const tokenizer = new HuggingFaceTokenizer(minilmFile('tokenizer.json'));
    fc.assert(fc.property(longTexts, (text) => expectWholeReading(tokenizer, text)), { numRuns: 20 });
  });

  it('knows where there are no offsets', () => {
    const without = { tokens: () => [{ id: 1, text: 'x', special: false }] } as unknown as Tokenizer;
    expect([...wordsOf(without, 'x')]).toEqual([undefined]);
  });
});

describe('sectionsOf', () => {
  it('covers the text, in sections of at most 1,024 units that split no character', () => {
    const texts = fc.oneof(longTexts, fc.constantFrom('👍', 'x👍', 'x', 'é.', 'a,').map((unit) => unit.repeat(3_000)));
    fc.assert(fc.property(texts, (text) => {
      const sections = [...sectionsOf(text)];
      expect(sections.map(({ start, stop }) => text.slice(start, stop)).join('')).toBe(text);
      expect(Math.max(0, ...sections.map(({ start, stop }) => stop - start))).toBeLessThanOrEqual(1_024);
      for (const { stop } of sections.slice(0, -1)) expect(/^[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(stop - 1, stop + 1))).toBe(false);
    }), { numRuns: 40 });
  });

  it('cuts at white space and punctuation where there is any', () => {
    const text = 'one,two three'.repeat(400);
    const marks = [...sectionsOf(text)].slice(0, -1).map(({ stop }) => text.charAt(stop - 1));
    expect(marks.length).toBeGreaterThan(4);
    for (const mark of marks) expect([',', ' ']).toContain(mark);
  });
});
