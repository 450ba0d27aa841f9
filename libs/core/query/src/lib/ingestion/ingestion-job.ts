import { budgetsSchema, type JobRecord, type JsonObject } from '@cortex/jobs';
import { z } from 'zod';

/** The kind of job that makes documents findable. */
export const INGESTION = 'ingestion';

const specSchema = z.strictObject({
  collection: z.string(),
  /** Of the collection that was meant: another one may have its name by now. */
  collectionId: z.string(),
  documents: z.array(z.tuple([z.string(), z.int()])),
  /** What its embeddings are taken from. */
  budgets: budgetsSchema.optional(),
});
/** Which generation of which documents. */
export type IngestionSpec = z.output<typeof specSchema>;

const checkpointSchema = z.strictObject({ next: z.int() });

export function asSpec(spec: IngestionSpec): JsonObject {
  return { ...spec, documents: spec.documents.map((one) => [...one]) };
}

export function specOf({ spec }: Pick<JobRecord, 'spec'>): IngestionSpec {
  return specSchema.parse(spec);
}

/** Place of the first document that may not have ended. */
export function nextOf({ checkpoint }: Pick<JobRecord, 'checkpoint'>): number {
  return Object.keys(checkpoint).length === 0 ? 0 : checkpointSchema.parse(checkpoint).next;
}
