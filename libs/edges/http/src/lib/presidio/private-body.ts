import type { z, ZodType } from 'zod';
import { InvalidRequestError, MalformedBodyError } from '../http.errors';
import { requireJson } from '../reading';
import type { Call } from '../route';

/**
 * Reads a body whose values nobody may see again: its errors name the field and what is accepted, never what was there.
 * @throws MalformedBodyError, InvalidRequestError, UnsupportedContentError
 */
export function readPrivately<T>(schema: ZodType<T>, { headers, bytes }: Pick<Call, 'headers' | 'bytes'>): T {
  requireJson(headers);
  const result = schema.safeParse(jsonOf(bytes));
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const field = fieldOf(issue.path);
  throw new InvalidRequestError(field, `${field}: ${expectationOf(issue)}`);
}

/** The engine's own message would show a piece of the body. */
function jsonOf(bytes: Buffer | undefined): unknown {
  try {
    return JSON.parse(bytes?.toString() ?? '');
  } catch {
    throw new MalformedBodyError('Invalid request json');
  }
}

function expectationOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `expected ${issue.expected}`;
  if (issue.code === 'invalid_value') return `expected ${issue.values.map(String).join(' or ')}`;
  if (issue.code === 'too_small') return `expected at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `expected at most ${issue.maximum}`;
  return 'not of an accepted form';
}

/** Keys that a caller chose are left out, since they may be anything. */
function fieldOf(path: readonly PropertyKey[]): string {
  const known = path.filter((key, i) => typeof key === 'number' || !['anonymizers', 'deanonymizers'].includes(String(path[i - 1])));
  return known.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('').replace(/^\./, '') || 'body';
}
