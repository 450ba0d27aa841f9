import type { Random } from './random';
import type { Teacher, TokenIds } from './teacher';
import { readSst2, readWikiann } from './texts';
import { wordBags } from './word-bags';

const BAGS = 60_000;

/** What the table is fitted on: sentences as people write them, and bags of tokens for the words that they do not use. */
export function trainingTexts(teacher: Teacher, data: string, random: Random): TokenIds[] {
  const sentences = [...readSst2(data), ...readWikiann(data, 'train')];
  const written = sentences.map((sentence) => teacher.tokenize(sentence)).filter((ids) => ids.length > 0);
  return [...written, ...wordBags(teacher.ordinaryTokens(), BAGS, random)];
}
