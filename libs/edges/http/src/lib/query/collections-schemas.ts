import { collectionOrderSchema } from '@cortex/query';
import { z } from 'zod';
import { named } from '../named';

export const STATES = ['queued', 'parsing', 'embedding', 'indexing', 'ready', 'failed'] as const;
/** What a question or a search may bring; a name of a model may be as long as those of other routes. */
export const MOST_QUERY = 8_192;
const MOST_QUERIES = 1_000;
export const model = z.string().min(1).max(400);
export const time = z.iso.datetime();

export const collectionRequest = named('CollectionRequest', collectionOrderSchema.extend({ name: z.string().max(200), model: model.optional() }));
export type CollectionRequest = z.output<typeof collectionRequest>;

const space = z.object({
  id: z.string(),
  model: z.string().describe('name@version+variant'),
  width: z.int().describe('Numbers a vector'),
  state: z.enum(['building', 'serving', 'standby']),
  createdAt: time,
});
export const collection = named('Collection', z.object({
  name: z.string(),
  description: z.string().optional(),
  schema: z.record(z.string(), z.string()).optional().describe('Which metadata its documents may have; without one any'),
  language: z.string().describe('Of texts that do not show theirs'),
  chunks: z.object({ minTokens: z.int(), maxTokens: z.int() }),
  spaces: z.array(space).describe('The one that is serving answers'),
  documents: z.partialRecord(z.enum(STATES), z.int()).optional().describe('How many there are of each state; of one collection alone'),
  createdAt: time,
  updatedAt: time,
}));
export type CollectionAnswer = z.output<typeof collection>;
export const collections = named('Collections', z.object({ collections: z.array(collection) }));
export const collectionRemoved = named('CollectionRemoved', z.object({ name: z.string(), state: z.literal('removed') }));

export const spaceRequest = named('SpaceRequest', z.strictObject({ model }));
export const spaceBegun = named('SpaceBegun', z.object({ space, job: z.object({ id: z.string() }) }));
export type SpaceBegun = z.output<typeof spaceBegun>;

export const evaluationRequest = named('EvaluationRequest', z.strictObject({
  queries: z.array(z.strictObject({ id: z.string().max(256), text: z.string().min(1).max(MOST_QUERY) })).min(1).max(MOST_QUERIES),
  judgements: z.record(z.string(), z.record(z.string(), z.number())).describe('By query and document: how relevant it is, above 0 if at all'),
  modes: z.array(z.enum(['hybrid', 'vector', 'words'])).min(1).max(3).default(['hybrid']),
}));
const estimate = z.object({ mean: z.number(), low: z.number(), high: z.number() }).describe('With its 95 % interval');
const quality = z.object({ 'ndcg@10': estimate, 'recall@10': estimate, 'recall@100': estimate, 'mrr@10': estimate, queries: z.int().describe('Those that have a relevant document') });
export const evaluation = named('Evaluation', z.partialRecord(z.enum(['hybrid', 'vector', 'words']), quality));
