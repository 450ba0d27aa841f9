import fc from 'fast-check';
import { awkwardTexts } from '../awkward-texts.fixture';
import { sentenceEnds, sentencesOf } from './sentences';

const sentencesIn = (text: string) => Array.from(sentencesOf(text), ({ start, end }) => text.slice(start, end));

/** `|` stands where a sentence ends. */
const HARD = [
  'Dr. Smith met Mrs. Jones at St. Mary.|They talked.',
  'It costs $3.50 or 1.000,00 EUR.|Cheap!|Really?|Yes.',
  'J. R. R. Tolkien wrote it.|George W. Bush read it.',
  'He left at 10 a.m. on Monday.|She came at 5 p.m.|The rest stayed.',
  '"Really?" she asked.|"Yes!" he said.',
  'He said "No."|Then he left.',
  'She said (quietly.)|Nobody heard.',
  'Wait... what?|Well…|Perhaps.',
  'See https://a.b/c?x=1 for more.|Or mail me@b.example now.',
  'Apple Inc. bought it.|The U.S. Senate agreed, e.g. Mr. Lee.',
  'The U.S. is large.|He lives in the U.K.|They visit.',
  'See Fig. 2 and pp. 3-7, No. 5.|No.|Nobody came.',
  'On Jan. 5 he sat.|Mary came on Sat. evening.',
  'Is it I?|It was I.|Then all left.',
  'Version 2.0.1 is out!|It has v. 3 next?!|Good.',
  'A heading without a dot\n\n|A paragraph\nover two lines.|Next.',
  '1. First item.|2. Second item.',
  'Etc. etc. and so on, i.e. nothing.|Done',
  '東京は首都です。|大阪は違います！|はい。',
  'यह वाक्य है।|दूसरा वाक्य।',
  'He works at Acme Corp.|It is big.|Prof. Dr. Müller came, too.',
  'iPhone.|Next one is bigger.',
  'We sold it on eBay.|eBay took a share.|Then iOS, e.g. iPads etc. iPhones too.',
  'a) Read it.|b) Answer.|c) Hand it in.',
  'Πού πας;|Στο σπίτι;|Έλα; όχι.',
  'One thing; Another thing.',
  'Am 3. Mai kommt er.|Am 24. Dezember geht er.|Er hat 13.|Alle sind alt.',
];

describe('sentencesOf', () => {
  it.each(HARD)('cuts %p', (marked) => {
    const expected = marked.split('|').map((sentence) => sentence.trim());
    const text = marked.replace(/\|/g, (_, at: number) => (/[。！।]/.test(marked[at - 1]!) || marked[at - 1] === '\n' ? '' : ' '));
    expect(sentencesIn(text)).toEqual(expected);
  });

  it('gives trimmed spans in order that leave out white space alone, of any text', () => {
    const piece = fc.oneof(awkwardTexts(3), fc.constantFrom('. ', '.', '! ', '?" ', 'Mr. ', 'A. ', '\n\n', '。', ' The ', '…'));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        const spans = [...sentencesOf(text)];
        for (const { start, end } of spans) expect(text.slice(start, end)).toBe(text.slice(start, end).trim());
        expect(spans.map(({ start, end }) => text.slice(start, end)).join('').replace(/\s+/g, '')).toBe(text.replace(/\s+/g, ''));
      }),
    );
  });

  it.each([
    ['no end', 'a'],
    ['dots', '.'],
    ['dots and spaces', '. '],
    ['line breaks', '\n '],
    ['initials', 'A. '],
    ['marks without a space', 'a.'],
    ['quotes', '."'],
  ])('takes twice the time for twice the text, of %s', (_, unit) => {
    const timeFor = (length: number) => {
      const text = unit.repeat(length / unit.length);
      const since = process.cpuUsage();
      for (const span of sentencesOf(text)) if (span.end > text.length) throw new Error('beyond the text');
      const { user, system } = process.cpuUsage(since);
      return (user + system) / 1_000;
    };
    timeFor(100_000);
    expect(Math.min(timeFor(800_000), timeFor(800_000))).toBeLessThan(8 * Math.max(timeFor(200_000), timeFor(200_000), 5));
  });
});

describe('sentenceEnds', () => {
  it('says of each sentence\'s first place alone that one ended before it', () => {
    const text = 'Dr. Lee left. She sang… Why? "No." Then he went.';
    const hasEnded = sentenceEnds(text);
    expect(Array.from(text, (_, place) => place).filter(hasEnded).map((place) => text.slice(place).trim().split(' ')[0])).toEqual(['She', 'Why?', '"No."', 'Then']);
  });

  it('may be asked at any places, in order', () => {
    const hasEnded = sentenceEnds('One. Two. Three.\n\nFour');
    expect([0, 2, 11, 12, 19].map(hasEnded)).toEqual([false, false, true, false, true]);
  });
});
