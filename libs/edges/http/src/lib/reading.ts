import type { IncomingHttpHeaders } from 'node:http';
import { quote } from '@cortex/kernel';
import type { z, ZodType } from 'zod';
import { InvalidRequestError, MalformedBodyError, UnsupportedContentError } from './http.errors';

/** JSON of a body; undefined when it is empty. @throws MalformedBodyError */
export function parseJson(bytes: Buffer | undefined): unknown {
  if (!bytes || bytes.length === 0) return undefined;
  try {
    return JSON.parse(bytes.toString());
  } catch (error) {
    throw new MalformedBodyError(`the body is not valid JSON: ${quote(error instanceof Error ? error.message : error, 160)}`);
  }
}

/** @throws UnsupportedContentError unless the body calls itself JSON, or nothing at all; `others` are named as what is read besides */
export function requireJson({ 'content-type': type }: IncomingHttpHeaders, ...others: readonly string[]): void {
  if (type === undefined || /^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type)) return;
  throw new UnsupportedContentError(`content-type is ${quote(type)}, expected ${['application/json', ...others].join(' or ')}`);
}

/** Holds a value against a schema. @throws InvalidRequestError naming the first field that does not fit, its value and what is accepted */
export function readAs<T>(schema: ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const field = fieldOf(issue.path) || 'body';
  throw new InvalidRequestError(field, `${field}: ${explain(issue, valueAt(value, issue.path))}`);
}

/** A value for a message: scalars as they are (cut), anything larger by its kind. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') return `string ${quote(JSON.stringify(value.slice(0, 60)))}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' ? 'an object' : `${typeof value} ${String(value)}`;
}

function explain(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type': return `expected ${issue.expected === 'nonoptional' ? 'a value' : issue.expected}, got ${describe(value)}`;
    case 'invalid_value': return `expected ${issue.values.map(String).join(' or ')}, got ${describe(value)}`;
    case 'unrecognized_keys': return `unknown ${issue.keys.map((key) => quote(key)).join(', ')}`;
    case 'too_small': return `expected ${atLeast(issue)}, got ${describe(value)}`;
    default: return `${issue.message}, got ${describe(value)}`;
  }
}

function atLeast({ origin, minimum, inclusive }: { origin: string; minimum: number | bigint; inclusive?: boolean }): string {
  if (origin === 'array' || origin === 'string') return `at least ${minimum} ${origin === 'array' ? 'items' : 'characters'}`;
  return inclusive ? `at least ${minimum}` : `more than ${minimum}`;
}

/** `inputs[0].shape`, as a person would write it. */
function fieldOf(path: readonly PropertyKey[]): string {
  return path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key).slice(0, 60)}`)).join('').replace(/^\./, '');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined), value);
}
