import { quote } from '@cortex/kernel';
import { z } from 'zod';
import { InvalidMetadataError } from '../query.errors';

/** What one field of metadata may hold. Dates are kept as ISO 8601 in UTC, so that they sort as texts. */
export type Scalar = string | number | boolean;
export type MetadataValue = Scalar | readonly Scalar[];
export type Metadata = Readonly<Record<string, MetadataValue>>;

const TYPES = ['string', 'number', 'boolean', 'date'] as const;
export type FieldType = (typeof TYPES)[number];

/** The field names and their types that a collection allows; without one any plain name may hold any type. */
export type MetadataSchema = Readonly<Record<string, FieldType>>;

const MAX_FIELDS = 100;
const MAX_TEXT = 4_096;
const MAX_ITEMS = 256;
/** Names that mean something else to JavaScript than to whoever chose them. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** Letters, digits, `_`, `.`, `-`, up to 64, a letter or `_` first. */
export const fieldNameSchema = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, 'expected letters, digits, _ . - (64 at most, a letter or _ first)')
  .refine((name) => !RESERVED.has(name), 'expected a name that is not reserved');

export const metadataSchemaSchema = z
  .record(fieldNameSchema, z.enum(TYPES))
  .refine((fields) => Object.keys(fields).length <= MAX_FIELDS, `expected at most ${MAX_FIELDS} fields`);

/** Metadata as it is kept: known names, right types, dates in UTC. @throws InvalidMetadataError */
export function parseMetadata(given: unknown, schema?: MetadataSchema): Metadata {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new InvalidMetadataError('metadata', 'expected an object');
  const entries = Object.entries(given);
  if (entries.length > MAX_FIELDS) throw new InvalidMetadataError('metadata', `expected at most ${MAX_FIELDS} fields, got ${entries.length}`);
  return Object.fromEntries(entries.filter(([, value]) => value !== null).map(([name, value]) => [name, fieldValue(name, value, schema)]));
}

function fieldValue(name: string, value: unknown, schema: MetadataSchema | undefined): MetadataValue {
  const type = fieldType(name, schema);
  if (!Array.isArray(value)) return scalarOf(name, value, type);
  if (value.length > MAX_ITEMS) throw new InvalidMetadataError(name, `expected at most ${MAX_ITEMS} items, got ${value.length}`);
  return value.map((item) => scalarOf(name, item, type));
}

/** The type that a field must have; nothing where any will do. @throws InvalidMetadataError for a name that is not allowed */
export function fieldType(name: string, schema: MetadataSchema | undefined): FieldType | undefined {
  if (schema) {
    if (!Object.hasOwn(schema, name)) throw new InvalidMetadataError(name, `expected one of ${quote(Object.keys(schema).join(', '), 300)}`);
    return schema[name];
  }
  const parsed = fieldNameSchema.safeParse(name);
  if (!parsed.success) throw new InvalidMetadataError(name, parsed.error.issues[0]!.message);
  return undefined;
}

/** A value of the type. @throws InvalidMetadataError */
export function scalarOf(name: string, value: unknown, type: FieldType | undefined): Scalar {
  if (type === 'date') return dateOf(name, value);
  const kind = typeof value;
  if (type !== undefined && kind !== type) throw new InvalidMetadataError(name, `expected a ${type}, got ${quote(value)}`);
  if (kind === 'number' && Number.isFinite(value)) return value as number;
  if (kind === 'boolean') return value as boolean;
  if (kind === 'string') return textOf(name, value as string);
  throw new InvalidMetadataError(name, `expected text, a number or a truth value, got ${quote(value)}`);
}

function textOf(name: string, value: string): string {
  if (value.length > MAX_TEXT) throw new InvalidMetadataError(name, `expected at most ${MAX_TEXT} characters, got ${value.length}`);
  // PostgreSQL keeps neither.
  if (/\0|\p{Surrogate}/u.test(value)) throw new InvalidMetadataError(name, 'expected well-formed Unicode without NUL');
  return value;
}

function dateOf(name: string, value: unknown): string {
  const [text, time, zone] = (typeof value === 'string' && DATE.exec(value)) || [];
  // Without a zone JavaScript would take a time for this machine's.
  const date = new Date(text === undefined ? Number.NaN : `${text}${time && !zone ? 'Z' : ''}`);
  if (Number.isNaN(date.getTime())) throw new InvalidMetadataError(name, `expected a date in ISO 8601, got ${quote(value)}`);
  return date.toISOString();
}
