import type { Metadata, MetadataValue, Scalar } from './metadata';

export const RANGES = ['gt', 'gte', 'lt', 'lte'] as const;
export type Range = (typeof RANGES)[number];

/** A condition on a document's metadata. Field names in it are those that `parseFilter` let through. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  /** One of the field's values is one of these. */
  | { readonly kind: 'in'; readonly field: string; readonly values: readonly Scalar[] }
  /** One of the field's values has the same type as `value` and stands so to it; texts by code point. */
  | { readonly kind: Range; readonly field: string; readonly value: string | number }
  | { readonly kind: 'exists'; readonly field: string };

/** Whether a document with this metadata is meant: the meaning that every index must keep. */
export function matches(filter: Filter, metadata: Metadata): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.parts.every((part) => matches(part, metadata));
    case 'or':
      return filter.parts.some((part) => matches(part, metadata));
    case 'not':
      return !matches(filter.part, metadata);
    case 'exists':
      return Object.hasOwn(metadata, filter.field);
    case 'in':
      return valuesOf(metadata, filter.field).some((value) => filter.values.includes(value));
    default:
      return valuesOf(metadata, filter.field).some((value) => typeof value === typeof filter.value && holds(filter.kind, compare(value, filter.value)));
  }
}

function valuesOf(metadata: Metadata, field: string): readonly Scalar[] {
  const value: MetadataValue = Object.hasOwn(metadata, field) ? metadata[field]! : [];
  return typeof value === 'object' ? value : [value];
}

function holds(range: Range, order: number): boolean {
  switch (range) {
    case 'gt':
      return order > 0;
    case 'gte':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'lte':
      return order <= 0;
  }
}

/** By code point, as PostgreSQL's collation "C" compares UTF-8; JavaScript's `<` compares UTF-16 units. */
function compare(a: Scalar, b: Scalar): number {
  if (typeof a !== 'string' || typeof b !== 'string') return Number(a) - Number(b);
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
