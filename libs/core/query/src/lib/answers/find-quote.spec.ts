import fc from 'fast-check';
import { findQuote } from './find-quote';

const text = 'The “wing–body”  junction\nseparates at İstanbul; 😀 Mach 2.';
const found = (quote: string) => {
  const range = findQuote(text, quote);
  return range && text.slice(range.start, range.end);
};

describe('findQuote', () => {
  it.each([
    ['to the letter', 'junction\nseparates', 'junction\nseparates'],
    ['in other white space', 'wing–body”   junction separates', 'wing–body”  junction\nseparates'],
    ['with other quotation marks and dashes', 'The "wing-body" junction', 'The “wing–body”  junction'],
    ['in other letter case', 'MACH 2.', 'Mach 2.'],
    ['behind letters that grow in lower case', 'istanbul; 😀 mach', undefined],
    ['across an emoji', 'İSTANBUL; 😀 mach', 'İstanbul; 😀 Mach'],
    ['with white space around it', '  separates at\n', 'separates at'],
  ])('finds a quote %s', (_, quote, expected) => {
    expect(found(quote)).toBe(expected);
  });

  it.each(['junction merges', '', '   ', 'at', '...', '“'])('does not find %j', (quote) => {
    expect(found(quote)).toBeUndefined();
  });

  it('finds any part of any text, and gives its very place when it stands once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 4, maxLength: 60 }), fc.nat(), fc.nat(), (whole, a, b) => {
        const [start, end] = [a % whole.length, b % (whole.length + 1)].sort((x, y) => x - y) as [number, number];
        const quote = whole.slice(start, end);
        const range = findQuote(whole, quote);
        if ((quote.match(/[\p{L}\p{N}]/gu) ?? []).length >= 3) expect(whole.slice(range!.start, range!.end)).toBe(quote.trim());
      }),
    );
  });
});
