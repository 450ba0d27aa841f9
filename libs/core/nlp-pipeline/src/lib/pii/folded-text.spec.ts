import * as fc from 'fast-check';
import { FoldedText } from './folded-text';

const piece = fc.oneof(
  fc.constantFrom('a', '7', ' ', '\u00a0', '\u200b', '\u00ad', '\ufeff', '٣', '７', '𝟕', '‑', 'é', '👩‍👩‍👧', '\ud800', 'e\u0301', '\r\n', '\0'),
  fc.string({ unit: 'binary', maxLength: 3 }),
);
const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

describe('FoldedText', () => {
  it('reads the digits of all scripts, full-width forms, blanks and hyphens as ASCII, and what has no width not at all', () => {
    expect(new FoldedText('４1\u200b1١\u00a0𝟗‑५＠').text).toBe('4111 9-5@');
  });

  it('leaves ASCII as it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary-ascii' }), (ascii) => new FoldedText(ascii).text === ascii));
  });

  it('knows for each folded unit a piece of the original that folds to it alone', () => {
    fc.assert(fc.property(text, (original) => {
      const folded = new FoldedText(original);
      for (let i = 0; i < folded.text.length; i += 1) {
        const part = original.slice(folded.startOf(i), folded.endOf(i + 1));
        expect(new FoldedText(part).text).toBe(folded.text[i]);
      }
    }));
  });

  it('keeps places in order and inside of the original', () => {
    fc.assert(fc.property(text, fc.nat(), fc.nat(), (original, one, other) => {
      const folded = new FoldedText(original);
      const [from, to] = [one, other].map((n) => n % (folded.text.length + 1)).sort((a, b) => a - b) as [number, number];
      if (from < to) expect(folded.startOf(from)).toBeLessThan(folded.endOf(to));
      expect(folded.endOf(folded.text.length)).toBeLessThanOrEqual(original.length);
    }));
  });
});
