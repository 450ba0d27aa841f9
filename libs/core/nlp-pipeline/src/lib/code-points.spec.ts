import * as fc from 'fast-check';
import { CodePoints } from './code-points';

const text = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\ud800', '\udc00', '👩‍👧') });

describe('CodePoints', () => {
  it('counts as spreading a text does, both ways', () => {
    fc.assert(fc.property(text, (given) => {
      const points = new CodePoints(given);
      let offset = 0;
      [...given, ''].forEach((character, i) => {
        expect([points.before(offset), points.offsetOf(i)]).toEqual([i, offset]);
        offset += character.length;
      });
      expect(points.length).toBe([...given].length);
    }));
  });
});
