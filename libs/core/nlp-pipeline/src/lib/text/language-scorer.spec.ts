import { eld } from 'eld/medium';
import fc from 'fast-check';
import { readProfiles } from './language-profiles';
import { LanguageScorer } from './language-scorer';

const WORDS = ['the ', 'quick ', "don't ", '`tick` ', "rock 'n' roll", "''", 'größer ', 'été ', 'слово ', 'ёжик ', '東京', 'かな ', 'كلمة ', 'ไทย ', 'İstanbul ', 'ΣΟΦΟΣ ', '’quoted’ ', '42 ', '. ', '\n', '\u0301', '👨‍👩‍👧 ', '\ud800', '\u{10400}'];

describe('LanguageScorer', () => {
  const scorer = new LanguageScorer(readProfiles());

  /** As eld says it: what it does not score is absent. */
  function answerOf(text: string) {
    const { best, isReliable, scores } = scorer.score(text);
    const named = scores.map((score, language) => [scorer.languages[language]!, score] as const).filter(([, score]) => score > 0);
    return { language: scorer.languages[best] ?? '', isReliable, scores: Object.fromEntries(named) };
  }

  function eldsAnswer(text: string) {
    const answer = eld.detect(text);
    return { language: answer.language, isReliable: answer.isReliable(), scores: answer.getScores() };
  }

  it('says exactly what eld says, of any text', () => {
    const piece = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...WORDS) }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) });
    fc.assert(fc.property(fc.array(piece, { maxLength: 120 }), (pieces) => expect(answerOf(pieces.join(''))).toEqual(eldsAnswer(pieces.join('')))), { numRuns: 1_000 });
  });

  it.each(['a', '漢', ' ', 'é ', "a' ", 'ab'.repeat(40)])('does so for %p over and over', (unit) => {
    for (const times of [1, 3, 100, 400]) expect(answerOf(unit.repeat(times))).toEqual(eldsAnswer(unit.repeat(times)));
  });

  it('says the same of a text again', () => {
    expect(answerOf('the same text')).toEqual(answerOf('the same text'));
  });
});
