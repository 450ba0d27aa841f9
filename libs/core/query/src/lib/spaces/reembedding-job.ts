import { budgetsSchema, type JobRecord } from '@cortex/jobs';
import { z } from 'zod';

/** The kind of job that fills a new space and lets it serve. */
export const REEMBEDDING = 'reembedding';

const specSchema = z.strictObject({
  collection: z.string(),
  /** Of the collection that was meant: another one may have its name by now. */
  collectionId: z.string(),
  space: z.string(),
  /** What its embeddings are taken from. */
  budgets: budgetsSchema.optional(),
});
export type ReembeddingSpec = z.output<typeof specSchema>;

export function specOf({ spec }: Pick<JobRecord, 'spec'>): ReembeddingSpec {
  return specSchema.parse(spec);
}
