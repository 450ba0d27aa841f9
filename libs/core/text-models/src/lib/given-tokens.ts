import { EmptyInputError, TokenOutOfRangeError } from './text-models.errors';
import type { Encoding } from './tokenizer.port';

const INT32_SIZE = 2 ** 31;

/** Ids that the caller made, as they are. @throws TokenOutOfRangeError, EmptyInputError */
export function givenTokens(ids: readonly number[], maxTokens: number, vocabularySize?: number): Encoding {
  if (ids.length === 0) throw new EmptyInputError('token ids');
  checkTokens(ids, vocabularySize);
  return { ids: Int32Array.from(ids.length > maxTokens ? ids.slice(0, maxTokens) : ids), truncated: ids.length > maxTokens };
}

/** @throws TokenOutOfRangeError; where the size is unknown only what no vocabulary has */
export function checkTokens(ids: readonly number[], vocabularySize?: number): void {
  const limit = vocabularySize ?? INT32_SIZE;
  for (const id of ids) {
    if (!Number.isInteger(id) || id < 0 || id >= limit) throw new TokenOutOfRangeError(id, vocabularySize);
  }
}
