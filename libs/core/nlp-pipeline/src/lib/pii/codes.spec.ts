import { isOfCode } from './codes';

function inText(text: string, word: string): boolean {
  const start = text.indexOf(word);
  return isOfCode(text, { start, end: start + word.length });
}

describe('isOfCode', () => {
  it.each([
    ['lease for 0a:ee:96:12:00:4f expired', 'ee'],
    ['session=19b38196-f32c-4d11-8a00-77aa', 'f32c'],
    ['Booking QZ-130461 confirmed', 'QZ'],
    ['reference INV-2022-5729', '5729'],
    ['on 2012-11-22', '11'],
  ])('in %j is %s of a code', (text, word) => expect(inText(text, word)).toBe(true));

  it.each([
    ['Next stop: London-2012', 'London'],
    ['He works for 3M', '3M'],
    ['Paul of U2', 'U2'],
    ['IBM, 1911', 'IBM'],
    ['at Ångström-1874', 'Ångström'],
    ['in Łódź-2024', 'Łódź'],
  ])('in %j is %s of none', (text, word) => expect(inText(text, word)).toBe(false));

  it('reads a bounded stretch to each side, however long the text', () => {
    const beside = (between: number) => `12345${'x'.repeat(between)}-ee-${'x'.repeat(between)}12345`;
    expect([10, 1_000_000].map((between) => inText(beside(between), 'ee'))).toEqual([true, false]);
  });
});
