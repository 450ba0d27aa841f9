import type { TextInput } from '@cortex/text-models';
import { z } from 'zod';
import { InvalidRequestError } from './http.errors';
import { describe } from './reading';
import type { RowLimit } from './row-limit';

const EXPECTED = 'a string, a list of strings, a list of token ids or a list of lists of token ids';
const strings = { type: 'array', items: { type: 'string' } } as const;
const ids = { type: 'array', items: { type: 'integer', minimum: 0 } } as const;

/** Documents what readTexts reads; reading by hand keeps 2,048 texts cheap and the message exact. */
export const textInputs = z.unknown().meta({ description: EXPECTED, oneOf: [{ type: 'string' }, strings, ids, { type: 'array', items: ids }] });

/** One text, texts, one text's token ids, or several's. @throws InvalidRequestError, TooManyRowsError */
export function readTexts(value: unknown, field: string, limit: RowLimit): readonly TextInput[] {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) throw unexpected(field, value, EXPECTED);
  if (value.length === 0) throw new InvalidRequestError(field, `${field}: expected at least 1 item, got an empty list`);
  if (typeof value[0] === 'number') return [readIds(value, field)];
  limit.check(field, value.length);
  return value.map((item: unknown, index) => readItem(item, `${field}[${index}]`, typeof value[0] === 'string'));
}

function readItem(item: unknown, field: string, textWanted: boolean): TextInput {
  if (typeof item === 'string' && textWanted) return item;
  if (textWanted || !Array.isArray(item)) throw unexpected(field, item, textWanted ? 'string' : 'a string or a list of token ids');
  return readIds(item, field);
}

function readIds(value: readonly unknown[], field: string): readonly number[] {
  if (value.length === 0) throw new InvalidRequestError(field, `${field}: expected at least 1 token id, got an empty list`);
  const wrong = value.findIndex((id) => !Number.isSafeInteger(id) || (id as number) < 0);
  if (wrong >= 0) throw unexpected(`${field}[${wrong}]`, value[wrong], 'a token id (a whole number from 0)');
  return value as readonly number[];
}

function unexpected(field: string, value: unknown, expected: string): InvalidRequestError {
  return new InvalidRequestError(field, `${field}: expected ${expected}, got ${describe(value)}`);
}
