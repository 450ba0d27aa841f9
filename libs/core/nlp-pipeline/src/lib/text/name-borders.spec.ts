import * as fc from 'fast-check';
import { withinBorders } from './name-borders';

/** `[` and `]` are what a model took. */
function nameIn(marked: string): string | undefined {
  const text = marked.replace(/[⟦⟧]/g, '');
  const found = withinBorders(text, { start: marked.indexOf('⟦'), end: marked.indexOf('⟧') - 1 });
  return found && text.slice(found.start, found.end);
}

describe('withinBorders', () => {
  it.each([
    ['by ⟦Ada Lovelace of⟧ London', 'Ada Lovelace'],
    ['⟦Ada Lovelace, of the⟧ house', 'Ada Lovelace'],
    ['⟦: Ada⟧', 'Ada'],
    ['⟦Ada van-⟧Dijk, 7', 'Ada van-Dijk'],
    ['⟦O\'⟧Connell', 'O\'Connell'],
    ['the ⟦London⟧-based firm', 'London'],
    ['⟦University of Halden⟧', 'University of Halden'],
    ['⟦Yahoo!⟧', 'Yahoo!'],
    ['⟦Kent (⟧England)', 'Kent'],
    ['⟦Apple Inc.⟧', 'Apple Inc.'],
    ['in ⟦of⟧', 'of'],
    ['a ⟦Mann with⟧', 'Mann'],
    ['a ⟦,;⟧', undefined],
  ])('of %s keeps %p', (marked, name) => expect(nameIn(marked)).toBe(name));

  it('stays within the text, and grows by one word at most', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'B', 'é', ' ', '-', '\'', ',', '(', 'of', ' of ', '\n', '\ud800'), minLength: 1, maxLength: 40 });
    fc.assert(fc.property(texts, fc.nat(), fc.nat(), (text, one, other) => {
      const [start, end] = [one % text.length, (other % text.length) + 1];
      fc.pre(start < end);
      const found = withinBorders(text, { start, end });
      if (!found) return;
      expect(found.start).toBeGreaterThanOrEqual(start);
      expect(found.end).toBeGreaterThan(found.start);
      expect(text.slice(end, found.end)).not.toMatch(/\s/);
      expect(text.slice(found.start, found.end).trim()).toHaveLength(found.end - found.start);
    }));
  });
});
