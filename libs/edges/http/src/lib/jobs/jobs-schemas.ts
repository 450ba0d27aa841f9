import { z } from 'zod';
import { named } from '../named';

const TASKS = ['embed', 'rerank', 'classify', 'token-classify', 'tensor'] as const;
const FORMATS = ['jsonl', 'arrow'] as const;
const STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
/** Kinds of jobs that their owners see here. */
export const KINDS = ['batch-inference', 'ingestion', 'reembedding'] as const;
const ERRORS = ['inline', 'separate'] as const;

const task = z.enum(TASKS).optional().describe('Default what the model is made for');
const model = z.string().min(1).max(400).optional().describe("Default the task's default model");
const errors = z.enum(ERRORS).default('inline').describe('Rows that failed: at their place, or in a file of their own');

export const jobRequest = named('JobRequest', z.strictObject({
  task,
  model,
  input: z
    .strictObject({
      objectKey: z.string().min(1).max(900).optional().describe("Below the tenant's folder in the object store, tenants/<tenant>/"),
      fileId: z.string().min(1).max(200).optional().describe('Of POST /v1/files'),
      format: z.enum(FORMATS).default('jsonl'),
    })
    .refine(({ objectKey, fileId }) => (objectKey === undefined) !== (fileId === undefined), 'expected either objectKey or fileId'),
  output: z.strictObject({ format: z.enum(FORMATS).optional().describe('Default that of the input'), errors }).prefault({}),
  parameters: z.record(z.string().max(100), z.json()).default({}).describe("The task's: dimensions, normalize, truncate"),
}));
export type JobRequest = z.output<typeof jobRequest>;

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** What is said of a job whose rows are the body. */
export const jobQuery = z.object({
  task,
  model,
  output: z.enum(FORMATS).optional().describe('Format of the output; default that of the body'),
  errors,
  dimensions: z.coerce.number().int().positive().optional(),
  normalize: flag.optional(),
  truncate: flag.optional(),
});
export type JobQuery = z.output<typeof jobQuery>;

const time = z.iso.datetime();
const file = z.object({ objectKey: z.string(), bytes: z.int(), rows: z.int() });

export const job = named('Job', z.object({
  id: z.string(),
  kind: z.enum(KINDS).describe('Rows of a file, documents of a collection, or vectors by another model'),
  state: z.enum(STATES),
  cancelRequested: z.boolean().describe('It stops soon'),
  task: z.string().optional(),
  model: z.string().optional().describe('As asked for; name@version+variant once the job has begun'),
  collection: z.string().optional().describe('Whose documents or vectors are made'),
  space: z.string().optional().describe('Where the vectors are written'),
  counts: z.object({ total: z.int().optional().describe('Known once all rows are read'), done: z.int(), failed: z.int() }).describe('Rows, documents or passages'),
  progress: z.number().optional().describe('Of the input, 0 to 1'),
  rowsPerSecond: z.number().optional(),
  etaMs: z.int().optional().describe('Until the last row, at this pace'),
  attempts: z.int().describe('How often it was begun'),
  output: file.optional().describe('Once it has succeeded'),
  errors: file.optional().describe('Rows that failed, where they have a file of their own'),
  result: z.record(z.string(), z.unknown()).optional().describe('Of vectors by another model: whether it serves, and how both find'),
  error: z.object({ code: z.string(), message: z.string() }).optional().describe('Why the job failed'),
  createdAt: time,
  startedAt: time.optional(),
  finishedAt: time.optional(),
}));
export type JobAnswer = z.output<typeof job>;

export const jobsQuery = z.object({
  state: z.enum(STATES).optional(),
  kind: z.enum(KINDS).default('batch-inference'),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().max(100).optional().describe('The id of the last job of the page before'),
});
export type JobsQuery = z.output<typeof jobsQuery>;
export const jobList = named('Jobs', z.object({ jobs: z.array(job) }));

export const outputQuery = z.object({ file: z.enum(['output', 'errors']).default('output') });
export type OutputQuery = z.output<typeof outputQuery>;
export const rowsOut = named('JobOutput', z.unknown().meta({ description: "The answers, in the job's output format: a row for each row of the input" }));
export const jobRemoved = named('JobRemoved', z.object({ id: z.string(), state: z.literal('removed') }));
