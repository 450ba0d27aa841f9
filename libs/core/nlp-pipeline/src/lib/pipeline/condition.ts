import { z } from 'zod';
import type { DocInWork } from '../step';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const comparison = z
  .strictObject({
    eq: scalar.optional(),
    ne: scalar.optional(),
    in: z.array(scalar).optional(),
    lt: z.number().optional(),
    lte: z.number().optional(),
    gt: z.number().optional(),
    gte: z.number().optional(),
    exists: z.boolean().optional(),
  })
  .refine((tests) => Object.keys(tests).length > 0, 'expected at least one of eq, ne, in, lt, lte, gt, gte, exists');

/**
 * All must hold. A key is a part or a path into it (`language`, `sentiment.scores.positive`, `ents.length`), or `text.length`;
 * an object stands for its `code` or `label`. What is absent fulfils only `ne` and `exists: false`.
 */
export const conditionSchema = z.record(z.string().min(1), z.union([scalar, comparison]));
export type Condition = z.output<typeof conditionSchema>;
type Comparison = z.output<typeof comparison>;

export function holds(condition: Condition, doc: DocInWork): boolean {
  return Object.entries(condition).every(([path, wanted]) => compare(valueAt(doc, path), typeof wanted === 'object' ? wanted : { eq: wanted }));
}

/** The parts that a condition asks about. */
export function partsOf(condition: Condition): readonly string[] {
  return Object.keys(condition).map((path) => path.split('.')[0]!).filter((part) => part !== 'text');
}

function valueAt({ text, parts }: DocInWork, path: string): unknown {
  let value: unknown = { ...parts, text };
  for (const name of path.split('.')) {
    if (value === null || value === undefined) return undefined;
    value = Object.hasOwn(Object(value) as object, name) ? (value as Record<string, unknown>)[name] : undefined;
  }
  if (typeof value !== 'object' || value === null) return value;
  return 'code' in value ? value.code : 'label' in value ? value.label : value;
}

const TESTS: { readonly [Name in keyof Comparison]-?: (value: unknown, wanted: NonNullable<Comparison[Name]>) => boolean } = {
  eq: (value, wanted) => value === wanted,
  ne: (value, wanted) => value !== wanted,
  in: (value, wanted) => (wanted as readonly unknown[]).includes(value),
  lt: (value, wanted) => typeof value === 'number' && value < wanted,
  lte: (value, wanted) => typeof value === 'number' && value <= wanted,
  gt: (value, wanted) => typeof value === 'number' && value > wanted,
  gte: (value, wanted) => typeof value === 'number' && value >= wanted,
  exists: (value, wanted) => (value !== undefined) === wanted,
};

function compare(value: unknown, tests: Comparison): boolean {
  return Object.entries(tests).every(([name, wanted]) => wanted === undefined || (TESTS[name as keyof Comparison] as (value: unknown, wanted: unknown) => boolean)(value, wanted));
}
