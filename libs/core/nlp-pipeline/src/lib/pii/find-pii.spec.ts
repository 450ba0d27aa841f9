import * as fc from 'fast-check';
import { findPii } from './find-pii';
import { wordListRecognizer } from './word-list';

const SSN = '536221234';
const samples = ['4111 1111 1111 1111', 'DE89370400440532013000', 'a@b.com', '10.0.0.1', '+44 20 7946 0958', '2024-05-01', 'http://x.org/a', '٤١١١ ١١١١ ١١١١ ١١١١', '4111\u200b1111\u200b1111\u200b1111', 'SSN 536-22-1234'];
const piece = fc.oneof(fc.constantFrom(...samples, ' ', '\n', '\u200b', '\u00a0', '👩‍👩‍👧', '\ud800', '٣', '\u202e', 'é', '-', '@', '.', ':'), fc.string({ unit: 'binary', maxLength: 4 }));
const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

const placeOf = ({ start, end }: { readonly start: number; readonly end: number }) => [start, end] as const;

describe('findPii', () => {
  it('raises the score of what a word of its recognizer stands beside', () => {
    expect(findPii(`SSN: ${SSN}`)).toEqual([
      { type: 'US_SSN', start: 5, end: 14, score: 0.4, recognizer: 'UsSsnRecognizer', pattern: 'digits', support: { word: 'ssn', from: 0.05 } },
    ]);
    expect(findPii(`${SSN} (ssn)`)).toHaveLength(1);
    expect(findPii(`Your SSN\n${SSN}`)).toHaveLength(1);
    expect(findPii(`SSN 1\n${'x '.repeat(3)}${SSN}`)).toEqual([]);
    expect(findPii(`${SSN}. SSN: none`)).toEqual([]);
    expect(findPii('Callum 4155552671')).toEqual([]);
    expect(findPii(`ssn ${'of somebody '.repeat(4)} ${SSN}`)).toEqual([]);
  });

  it('takes words of the caller as if they stood there', () => {
    expect(findPii(SSN, { context: ['ssn'] })).toHaveLength(1);
  });

  it('answers what is below the threshold only where it is asked for', () => {
    expect(findPii(SSN)).toEqual([]);
    expect(findPii(SSN, { scoreThreshold: 0, entities: ['US_SSN'] })).toHaveLength(1);
  });

  it('leaves out what is for texts in other languages', () => {
    expect(findPii('DNI 12345678Z', { language: 'es' }).map(({ type }) => type)).toEqual(['ES_NIF']);
    expect(findPii('DNI 12345678Z', { language: 'en', entities: ['ES_NIF'] })).toEqual([]);
  });

  it('gives a place to the highest score, or to each type where that is wanted', () => {
    const found = [{ type: 'PERSON', start: 0, end: 13, score: 0.6, recognizer: 'model' }];
    expect(findPii('me@example.de', { found }).map(({ type }) => type)).toEqual(['EMAIL_ADDRESS']);
    expect(findPii('me@example.de', { found, overlaps: 'each-type' }).map(({ type }) => type)).toEqual(['EMAIL_ADDRESS', 'PERSON']);
  });

  it('joins what the caller found', () => {
    const found = [{ type: 'PERSON', start: 0, end: 4, score: 0.9, recognizer: 'cortex-nlp-en@1' }];
    expect(findPii('Jane jane@example.com', { found }).map(({ type }) => type)).toEqual(['PERSON', 'EMAIL_ADDRESS']);
  });

  it.each([
    ['moved to «12 Oak Street, [LOCATION:Halden]» in May', 'the town behind the street'],
    ['«12 [ORGANIZATION:Oak Street]\n[LOCATION:Halden], [LOCATION:Norway]»\nPhone', 'towns and countries, by lines, too'],
    ['«12 [PERSON:Oak] Street, Halden, ME 04401»', 'a code'],
    ['«12 Oak Street» and [LOCATION:Halden]', 'nothing else'],
    ['at «12 Oak Street». [LOCATION:Halden] is', 'nothing of the next sentence'],
  ])('takes %s as one place: %s', (marked) => {
    const found: { type: string; start: number; end: number; score: number; recognizer: string }[] = [];
    let text = '';
    for (const part of marked.replace(/[«»]/g, '').split(/(\[\w+:[^\]]+\])/)) {
      const [, type, words] = /^\[(\w+):(.+)\]$/.exec(part) ?? [];
      if (type !== undefined) found.push({ type, start: text.length, end: text.length + words!.length, score: 0.95, recognizer: 'model' });
      text += words ?? part;
    }
    const whole = /«(.*)»/s.exec(marked.replace(/\[\w+:|\]/g, ''))![1];
    expect(text.slice(...placeOf(findPii(text, { found })[0]!))).toBe(whole);
    expect(findPii(text, { found }).filter(({ start, end }) => start < text.indexOf(whole!) + whole!.length && end > text.indexOf(whole!))).toHaveLength(1);
  });

  it('leaves out what is allowed, exactly as it stands', () => {
    expect(findPii('info@example.com Info@example.com', { allowList: ['info@example.com'] }).map(({ start }) => start)).toEqual([17]);
  });

  it('finds the words of a list where they stand alone, the longest of them', () => {
    const list = wordListRecognizer({ name: 'titles', entity: 'TITLE', words: ['Mr', 'Mr. President', 'Dr.'] });
    const sentence = 'Mr. President met MR X, Mrs Y and dr. Z';
    const found = findPii(sentence, { recognizers: [list], entities: ['TITLE'] });
    expect(found.map(({ start, end }) => sentence.slice(start, end))).toEqual(['Mr. President', 'MR', 'dr.']);
  });

  it('sees through digits of other scripts, blanks of all kinds and characters without width', () => {
    for (const card of ['４１１１ １１１１ １１１１ １１１１', '4111\u00a01111\u00a01111\u00a01111', '41\u200b11111111111111', '٤١١١١١١١١١١١١١١١']) {
      expect(findPii(`card ${card}!`)).toMatchObject([{ type: 'CREDIT_CARD', start: 5, end: 5 + card.length }]);
    }
  });

  it('answers places inside of the text, in order and apart, whatever the text', () => {
    fc.assert(fc.property(text, (given) => {
      let last = 0;
      for (const { start, end } of findPii(given, { scoreThreshold: 0 })) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(given.length);
        last = end;
      }
    }));
  });

  it('finds the same wherever the document puts it', () => {
    fc.assert(fc.property(fc.constantFrom(...samples), fc.constantFrom('', '👩‍👩‍👧 ', '\u200b ', 'é\r\n', '\ud800 '), (sample, before) => {
      const alone = findPii(sample).map(({ type, start, end }) => ({ type, text: sample.slice(start, end) }));
      const whole = `${before}${sample} .`;
      expect(findPii(whole).map(({ type, start, end }) => ({ type, text: whole.slice(start, end) }))).toEqual(alone);
      expect(alone).not.toEqual([]);
    }));
  });
});
