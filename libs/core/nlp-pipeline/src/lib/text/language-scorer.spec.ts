import { eld } from 'eld/medium';
import * as fc from 'fast-check';
import { readLanguageData } from './language-data';
import { LanguageScorer } from './language-scorer';

const scorer = new LanguageScorer(readLanguageData());

interface Answer {
  readonly language: string;
  readonly isReliable: boolean;
  readonly scores: Readonly<Record<string, number>>;
}

function answerOf(text: string): Answer {
  const { best, isReliable, scores } = scorer.score(text);
  const known = scores.flatMap((score, place) => (score > 0 ? [[scorer.languages[place]!, score] as const] : []));
  return { language: scorer.languages[best] ?? '', isReliable, scores: Object.fromEntries(known.map(([code, score]) => [code, expect.closeTo(score, 12)])) };
}

function eldsAnswer(text: string): Answer {
  const answer = eld.detect(text);
  return { language: answer.language, isReliable: answer.isReliable(), scores: answer.getScores() };
}

describe('LanguageScorer, beside the detector whose data it reads', () => {
  const pieces = fc.constantFrom(...['the', 'und', 'ça', 'это', 'तथा', '新規', 'สวัสดี', "don't", 'l’été', "'", '`', 'ß', 'İ', ' ', '\n', '😀', '.', '7', '\ud800', 'x'.repeat(66), 'é'.repeat(40)]);

  it('says the same of any text', () => {
    const texts = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), fc.array(pieces, { maxLength: 150 }).map((all) => all.join('')), fc.array(pieces, { maxLength: 150 }).map((all) => all.join(' ')));
    fc.assert(fc.property(texts, (text) => expect(eldsAnswer(text)).toEqual(answerOf(text))), { numRuns: 2_000 });
  });

  it.each(['a', '漢', ' ', 'é ', "a' ", 'ab'.repeat(40), 'ab '.repeat(30), 'дом '])('says the same of %p over and over', (unit) => {
    for (const times of [1, 3, 7, 100, 117, 126, 127, 190, 400]) expect(eldsAnswer(unit.repeat(times))).toEqual(answerOf(unit.repeat(times)));
  });
});
