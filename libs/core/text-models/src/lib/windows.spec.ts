import fc from 'fast-check';
import { awkwardTexts } from './awkward-texts.fixture';
import { tinyTokenizer } from './testing/tiny-tokenizer';
import { windowsOf } from './windows';

const tokenizer = tinyTokenizer({ words: ['hello', 'world', '##s', 'a', '##a', '.'] });

describe('windowsOf', () => {
  it('cuts a text into framed rows that overlap', () => {
    const windows = windowsOf(tokenizer, 'hello world hello world hello', { maxTokens: 5, overlap: 1 });
    expect(windows.map(({ row, ...offsets }) => ({ ids: [...row.ids], ...offsets }))).toEqual([
      { ids: [2, 5, 6, 5, 3], start: 0, stop: 17 },
      { ids: [2, 5, 6, 5, 3], start: 12, stop: 29 },
    ]);
  });

  it('gives a short or empty text one window', () => {
    expect(windowsOf(tokenizer, 'hello', { maxTokens: 8, overlap: 2 })).toHaveLength(1);
    expect(windowsOf(tokenizer, '', { maxTokens: 8, overlap: 2 })).toEqual([{ row: { ids: Int32Array.of(2, 3) } }]);
  });

  it('holds every token in order, within the limit, and repeats the overlap alone', () => {
    const options = fc.record({ maxTokens: fc.integer({ min: 4, max: 12 }), overlap: fc.nat(1) });
    fc.assert(
      fc.property(awkwardTexts(), options, (text, { maxTokens, overlap }) => {
        const rows = windowsOf(tokenizer, text, { maxTokens, overlap }).map(({ row }) => [...row.ids]);
        const joined = rows.flatMap((ids, index) => ids.slice(index === 0 ? 1 : 1 + overlap, -1));
        expect(joined).toEqual(tokenizer.tokens(text, { addSpecialTokens: false }).map(({ id }) => id));
        expect(Math.max(...rows.map(({ length }) => length))).toBeLessThanOrEqual(maxTokens);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses an overlap that would not move on', () => {
    expect(() => windowsOf(tokenizer, 'hello', { maxTokens: 6, overlap: 4 })).toThrow(RangeError);
  });
});
