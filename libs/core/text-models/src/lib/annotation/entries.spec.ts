import fc from 'fast-check';
import { entryEnds } from './entries';

/** The text with a bar before each word that begins an entry. */
function entriesOf(text: string): string {
  const hasEnded = entryEnds(text);
  return text.replace(/[^\s,;|]+/g, (word: string, place: number) => (hasEnded(place) ? `|${word}` : word));
}

const LINE = 'words of a line of prose that is as long as a page';

describe('entryEnds', () => {
  it.each([
    ['To: Ada\nHalden\r\nPhone 1', 'To: Ada\n|Halden\r\n|Phone 1'],
    ['one\ttwo three\tfour', 'one\t|two three\t|four'],
    ['17,Ada Lovelace,London;"x"', '17,|Ada Lovelace,|London;"x"'],
    ['1,048,576 rows, in all', '1,048,576 rows, in all'],
    [`${LINE}\ngoes on`, `${LINE}\ngoes on`],
    [`${LINE}\nAda Lovelace: sure`, `${LINE}\n|Ada Lovelace: sure`],
    [`${LINE}\nAda, who wrote: sure`, `${LINE}\nAda, who wrote: sure`],
    [`${LINE}\n\nAnother`, `${LINE}\n\n|Another`],
    [`${LINE}\n \n  Another\nline`, `${LINE}\n \n  |Another\n|line`],
    ['\n\nfirst', '\n\n|first'],
    ['nothing ends', 'nothing ends'],
    ['', ''],
  ])('of %j', (text, expected) => expect(entriesOf(text)).toBe(expected));

  it('says the same however often it is asked', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', ',', 'B: ', ' ', '\n', '\t', 'a word and another word of a longer line '), maxLength: 30 });
    fc.assert(fc.property(texts, (text) => {
      const [everywhere, atWords] = [entryEnds(text), entryEnds(text)];
      const seen = Array.from(text, (_, place) => everywhere(place));
      let since = 0;
      for (const { index } of text.matchAll(/[^\s,;|]+/g)) {
        expect(atWords(index)).toBe(seen.slice(since, index + 1).includes(true));
        since = index + 1;
      }
    }));
  });
});
