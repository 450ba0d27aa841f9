import { LANGUAGE_TEXTS } from './language-texts';
import { SENTENCE_CASES } from './sentence-cases';
import { UNNAMED_TEXTS } from './unnamed-texts';

describe('SENTENCE_CASES', () => {
  it('are many, and no sentence begins with white space', () => {
    const cases = Object.values(SENTENCE_CASES).flat();
    expect(cases.length).toBeGreaterThanOrEqual(40);
    expect(cases.flat().length).toBeGreaterThanOrEqual(120);
    expect(cases.flat().filter((sentence) => sentence.trimStart() !== sentence)).toEqual([]);
  });
});

describe('LANGUAGE_TEXTS', () => {
  it('are five sentences and three phrases of at least twenty languages, each once', () => {
    const all = Object.values(LANGUAGE_TEXTS);
    expect(all.length).toBeGreaterThanOrEqual(20);
    expect(all.filter(({ sentences, phrases }) => sentences.length !== 5 || phrases.length !== 3)).toEqual([]);
    const texts = all.flatMap(({ sentences, phrases }) => [...sentences, ...phrases]);
    expect(new Set(texts).size).toBe(texts.length);
  });
});

describe('UNNAMED_TEXTS', () => {
  it('are many, each once, some of every kind with capitals and without', () => {
    const texts = Object.values(UNNAMED_TEXTS).flat();
    expect(texts.length).toBeGreaterThanOrEqual(150);
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts.filter((text) => text.toLowerCase() === text).length).toBeGreaterThan(texts.length / 3);
  });
});
