import type { DocInWork } from '../step';
import { LanguageUnsupportedError } from '../nlp-pipeline.errors';

/** Languages of these are written in Latin letters: nothing of a text in others is theirs. */
const LATIN = new Set('az ca cs da de en es et eu fi fr hr hu is it lt lv ms nl no pl pt ro sk sl sq sv tl tr vi yo'.split(' '));

/**
 * Why an engine must not speak about a text: it is in a language that the engine is not made for. A text of an unknown language
 * (too short, undecided) passes, unless its letters alone say that it cannot be one of the engine's.
 */
export function refusal({ text, parts }: Pick<DocInWork, 'text' | 'parts'>, engine: string, languages: readonly string[] | undefined): LanguageUnsupportedError | undefined {
  const { code = 'unknown' } = parts.language ?? {};
  if (languages === undefined || languages.includes(code)) return undefined;
  const isForeign = code !== 'unknown' || (languages.every((name) => LATIN.has(name)) && isMostlyNotLatin(text));
  return isForeign ? new LanguageUnsupportedError(engine, code, languages) : undefined;
}

function isMostlyNotLatin(text: string): boolean {
  const letters = text.slice(0, 1_000).match(/\p{L}/gu) ?? [];
  return letters.filter((letter) => !/\p{Script=Latin}/u.test(letter)).length * 2 > letters.length;
}
