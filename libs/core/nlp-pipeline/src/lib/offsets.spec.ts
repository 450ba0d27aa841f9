import fc from 'fast-check';
import type { Doc, Span } from './doc';
import { withOffsets } from './offsets';

const docOf = (text: string, spans: readonly Span[]) => ({ text, offsetUnit: 'utf16', engines: {}, sents: spans, deep: { list: spans.map((span) => ({ ...span, label: 'x' })) } }) as unknown as Doc;
/** As Python counts: a lone surrogate is a character of its own. */
const pointsBefore = (text: string, offset: number) => Array.from(text.slice(0, offset)).length;

describe('withOffsets', () => {
  it('counts as Python does, wherever spans lie in a part and in whatever order', () => {
    const unit = fc.oneof(fc.constantFrom('a', '😀', '\ud800', '\udc00', 'e\u0301', '👨‍👩‍👧', '𝒜'), fc.string({ unit: 'binary', maxLength: 2 }));
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 20 }), fc.array(fc.nat(), { maxLength: 10 }), (units, cuts) => {
        const text = units.join('');
        const bounds = [0, ...Array.from(text.matchAll(/[^]/gu), ({ 0: point, index }) => index + point.length)];
        const spans = cuts.map((cut, index) => ({ start: bounds[cut % bounds.length]!, end: bounds[(cut + index) % bounds.length]! })).map(({ start, end }) => ({ start: Math.min(start, end), end: Math.max(start, end) }));
        const counted = withOffsets(docOf(text, spans), 'codepoint');
        const expected = spans.map(({ start, end }) => ({ start: pointsBefore(text, start), end: pointsBefore(text, end) }));
        expect(counted).toMatchObject({ offsetUnit: 'codepoint', text, sents: expected, deep: { list: expected } });
      }),
    );
  });

  it('leaves alone what has no pairs, and vectors', () => {
    const doc = { ...docOf('abc', [{ start: 1, end: 2 }]), vector: Float32Array.of(1) } as unknown as Doc;
    expect(withOffsets(doc, 'codepoint')).toEqual({ ...doc, offsetUnit: 'codepoint' });
    expect(withOffsets(doc, 'utf16')).toBe(doc);
  });

  it('takes twice the time for twice the text and spans', () => {
    const timeFor = (count: number) => {
      const doc = docOf('😀 '.repeat(count), Array.from({ length: count }, (_, index) => ({ start: index * 3, end: index * 3 + 2 })));
      const since = performance.now();
      withOffsets(doc, 'codepoint');
      return performance.now() - since;
    };
    timeFor(10_000);
    expect(timeFor(160_000)).toBeLessThan(8 * Math.max(timeFor(40_000), timeFor(40_000), 20));
  }, 20_000);
});
