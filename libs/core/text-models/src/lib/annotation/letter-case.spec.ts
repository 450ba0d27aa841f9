import fc from 'fast-check';
import { letterCaseOf, type LetterCase } from './letter-case';

describe('letterCaseOf', () => {
  it.each<[LetterCase, string[]]>([
    [0, ['', '1', '...', '東京', '👍🏽', '\ud800', '\u0301', 'ا']],
    [1, ['x', 'hello', 'don’t', 'ß', '4th', 'ﬁx', 'ας', 'é']],
    [2, ['A', 'Hello', '4A', 'Éa', 'Σ', 'İ', '\u{10400}\u{10428}', '1Abc']],
    [3, ['IBM', 'ÉÀ', 'G20S', 'ΑΣ', '\u{10400}\u{10400}']],
    [4, ['iPhone', 'McDonald', 'aB', 'HeLLo', 'IBMs', 'Ab-Cd']],
  ])('is %d for %j', (expected, words) => {
    expect(words.map((word) => [word, letterCaseOf(word)])).toEqual(words.map((word) => [word, expected]));
  });

  it('follows the definition, letter by letter', () => {
    const upper = (letter: string) => letter.toLowerCase() !== letter;
    const lower = (letter: string) => letter.toUpperCase() !== letter && !upper(letter);
    const defined = (word: string): LetterCase => {
      const cased = [...word].filter((letter) => upper(letter) || lower(letter)).map(upper);
      if (cased.length === 0) return 0;
      if (!cased.includes(true)) return 1;
      if (cased[0] && !cased.slice(1).includes(true)) return 2;
      return cased.includes(false) ? 4 : 3;
    };
    fc.assert(fc.property(fc.string({ unit: fc.oneof(fc.constantFrom(...'aAzZ@[`{ßİΣς1'), fc.nat(0x1ffff).map((code) => String.fromCodePoint(code))) }), (word) => letterCaseOf(word) === defined(word)), { numRuns: 2_000 });
  });
});
