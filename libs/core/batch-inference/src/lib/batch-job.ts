import { budgetsSchema, type JobRecord, type Json, type JsonObject } from '@cortex/jobs';
import { z } from 'zod';
import type { Column } from './formats/row-format.port';

const json = z.json() as z.ZodType<Json>;
const jsonObject = z.record(z.string(), json);

/** A batch job as it was accepted. */
const specSchema = z.strictObject({
  task: z.string(),
  /** As it was asked for; what it means is settled when the job first runs. */
  model: z.string(),
  input: z.strictObject({
    key: z.string(),
    format: z.string(),
    /** It was uploaded for this job alone, and goes with it. */
    fileId: z.string().optional(),
  }),
  output: z.strictObject({
    format: z.string(),
    /** Whether rows that failed stand at their place among the others, or in a file of their own. */
    errors: z.enum(['inline', 'separate']),
  }),
  parameters: jsonObject,
  /** What its rows are taken from: the quotas of the key that submitted it. */
  budgets: budgetsSchema.optional(),
  /** What an edge keeps of the order for its own answers. */
  notes: jsonObject,
});
export type BatchSpec = z.output<typeof specSchema>;

const column = z.union([
  z.strictObject({ name: z.string(), type: z.literal('vector'), width: z.int(), labels: z.array(z.string()).optional() }),
  z.strictObject({ name: z.string(), type: z.enum(['text', 'number', 'numbers', 'json']) }),
]);

/** What a job is bound to from its first run on, so that whoever goes on makes the very same rows. */
const bindingSchema = z.strictObject({
  model: z.string(),
  digest: z.string(),
  columns: z.array(column) as z.ZodType<readonly Column[]>,
  inputBytes: z.int(),
  inputModifiedAt: z.number(),
  windowRows: z.int(),
  windowBytes: z.int(),
});
export type Binding = z.output<typeof bindingSchema>;

const outputSchema = z.strictObject({ key: z.string(), bytes: z.int(), rows: z.int() });

const resultSchema = z.strictObject({
  /** `name@version+variant` that answered. */
  model: z.string(),
  digest: z.string(),
  output: outputSchema,
  errors: outputSchema.optional(),
});
export type BatchResult = z.output<typeof resultSchema>;

/** How far a job is. */
const checkpointSchema = z.strictObject({
  binding: bindingSchema,
  /** Windows whose parts are stored, from the first on without a gap. */
  windows: z.int(),
  /** Where the input goes on behind them; absent at its beginning. */
  next: json.optional(),
  bytesRead: z.int(),
  rowsPerSecond: z.number(),
  /** Set once the parts are joined: they may be gone. */
  result: resultSchema.optional(),
});
export type Checkpoint = z.output<typeof checkpointSchema>;

export function specOf({ spec }: Pick<JobRecord, 'spec'>): BatchSpec {
  return specSchema.parse(spec);
}

/** Undefined before its first run. */
export function checkpointOf({ checkpoint }: Pick<JobRecord, 'checkpoint'>): Checkpoint | undefined {
  return Object.keys(checkpoint).length === 0 ? undefined : checkpointSchema.parse(checkpoint);
}

/** Undefined until it has succeeded. */
export function resultOf({ result }: Pick<JobRecord, 'result'>): BatchResult | undefined {
  return result && resultSchema.parse(result);
}

/** Without what is undefined, as records keep it. */
export function asJson(value: BatchSpec | Checkpoint | BatchResult): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
