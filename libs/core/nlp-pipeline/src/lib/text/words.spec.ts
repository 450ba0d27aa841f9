import fc from 'fast-check';
import { AWKWARD } from './awkward.fixture';
import { plainEnd } from './plain-words';
import { formEnd, wordsOf } from './words';

const wordsIn = (text: string) => Array.from(wordsOf(text), ({ start, end }) => text.slice(start, end));

describe('wordsOf', () => {
  it.each([
    ['Dr. Smith paid $3.50 at 10 a.m. sharp.', ['Dr.', 'Smith', 'paid', '$', '3.50', 'at', '10', 'a.m.', 'sharp', '.']],
    ["I can't say it's John’s, they'll see", ['I', 'ca', "n't", 'say', 'it', "'s", 'John', '’s', ',', 'they', "'ll", 'see']],
    ['see https://a.b/c?x=1, or me@mail.example.org.', ['see', 'https://a.b/c?x=1', ',', 'or', 'me@mail.example.org', '.']],
    ['the U.S. grew 1,000.5% in the 1990s...', ['the', 'U.S.', 'grew', '1,000.5', '%', 'in', 'the', '1990s', '...']],
    ['and so on, etc..', ['and', 'so', 'on', ',', 'etc.', '.']],
    ['well-known (#tag @me)', ['well', '-', 'known', '(', '#tag', '@me', ')']],
    ["l'homme d'affaires", ["l'homme", "d'affaires"]],
    ['👨‍👩‍👧‍👦 🇩🇪🇫🇷 👍🏽', ['👨‍👩‍👧‍👦', '🇩🇪', '🇫🇷', '👍🏽']],
    ['e\u0301tude cafe\u0301', ['e\u0301tude', 'cafe\u0301']],
    ['東京は日本の首都です。', ['東京', 'は', '日本', 'の', '首都', 'です', '。']],
  ])('cuts %p', (text, words) => expect(wordsIn(text)).toEqual(words));

  it.each(AWKWARD)('leaves out nothing but white space of %s', (_, text) => {
    expect(wordsIn(text).join('')).toBe(text.replace(/\s+/g, ''));
  });

  it('gives spans in order that hold every character but white space, of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const spans = [...wordsOf(text)];
        expect(spans.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text.replace(/\s+/g, ''));
        for (const [index, { start, end }] of spans.entries()) expect(start >= (spans[index - 1]?.end ?? 0) && end > start).toBe(true);
      }),
    );
  });

  it('takes for plain only what no longer form begins with, in any text', () => {
    const piece = fc.oneof(fc.constantFrom('a', 'B_', '1', '.', ',', ':', '@', '#', '%', '-', "'", ' ', '\n', 'www.', 'http://', 'é', '\u0301', '漢', '\ud800', '٣'), fc.string({ unit: 'binary', maxLength: 1 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        for (let start = 0; start < text.length; start = Math.max(start + 1, formEnd(text, start))) expect([start, formEnd(text, start)]).toContain(plainEnd(text, start));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['letters', 'a'],
    ['dotted letters', 'a.'],
    ['digits and a letter', '1.1a'],
    ['addresses that never come', 'a@'],
    ['half links', 'http://;'],
    ['apostrophes', "a'"],
    ['characters without spaces', '漢'],
    ['joined emoji', '👨‍'],
    ['marks on marks', 'a\u0301\u0301'],
  ])('takes twice the time for twice the text, of %s', (_, unit) => {
    const timeFor = (length: number) => {
      const text = unit.repeat(length / unit.length);
      const since = process.cpuUsage();
      for (const span of wordsOf(text)) if (span.end > text.length) throw new Error('beyond the text');
      const { user, system } = process.cpuUsage(since);
      return (user + system) / 1_000;
    };
    timeFor(100_000);
    expect(Math.min(timeFor(800_000), timeFor(800_000))).toBeLessThan(8 * Math.max(timeFor(200_000), timeFor(200_000), 5));
  });
});
