import type { Filter, Scalar } from '@cortex/query';
import type { Parameters } from './parameters';

/** Lax paths take a single value for a list of one; values of different types do not compare; texts do by code point. */
const PATHS = {
  in: '$[*] ? (@ == $v[*])',
  gt: '$[*] ? (@ > $v)',
  gte: '$[*] ? (@ >= $v)',
  lt: '$[*] ? (@ < $v)',
  lte: '$[*] ? (@ <= $v)',
} as const;

/** A filter as a condition on the column `metadata`: true or false, as `matches` has it. Field names and values are bound. */
export function conditionOf(filter: Filter, parameters: Parameters): string {
  switch (filter.kind) {
    case 'and':
      return joined(filter.parts, 'AND', parameters);
    case 'or':
      return joined(filter.parts, 'OR', parameters);
    case 'not':
      return `NOT ${conditionOf(filter.part, parameters)}`;
    case 'exists':
      return `(metadata ? ${parameters.bind(filter.field)}::text)`;
    case 'in':
      return holds(filter, filter.values, parameters);
    default:
      return holds(filter, filter.value, parameters);
  }
}

function joined(parts: readonly Filter[], how: 'AND' | 'OR', parameters: Parameters): string {
  if (parts.length === 0) return how === 'AND' ? 'true' : 'false';
  return `(${parts.map((part) => conditionOf(part, parameters)).join(` ${how} `)})`;
}

function holds({ kind, field }: { readonly kind: keyof typeof PATHS; readonly field: string }, v: Scalar | readonly Scalar[], parameters: Parameters): string {
  return `coalesce(jsonb_path_exists(metadata -> ${parameters.bind(field)}::text, '${PATHS[kind]}', ${parameters.bind(JSON.stringify({ v }))}::jsonb), false)`;
}
