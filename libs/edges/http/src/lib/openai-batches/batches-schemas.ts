import { z } from 'zod';
import { named } from '../named';
import { EMBEDDINGS_ENDPOINT } from './batch-embeddings';

const metadata = z.record(z.string().max(64), z.string().max(512)).refine((pairs) => Object.keys(pairs).length <= 16, 'expected at most 16 pairs');

/** Source: OpenAI API reference, "Create batch"; of its endpoints the one for embeddings. */
export const batchRequest = named('BatchRequest', z.object({
  input_file_id: z.string().min(1),
  endpoint: z.literal(EMBEDDINGS_ENDPOINT),
  completion_window: z.literal('24h'),
  metadata: metadata.nullish(),
}));
export type BatchRequest = z.output<typeof batchRequest>;

const seconds = z.int().nullable();
const batchError = z.object({ code: z.string(), message: z.string(), line: z.int().nullable(), param: z.string().nullable() });

/** The fields of OpenAI's Batch; what does not apply is null. */
export const batch = named('Batch', z.object({
  id: z.string(),
  object: z.literal('batch'),
  endpoint: z.string(),
  errors: z.object({ object: z.literal('list'), data: z.array(batchError) }).nullable(),
  input_file_id: z.string(),
  completion_window: z.string(),
  status: z.enum(['validating', 'in_progress', 'finalizing', 'completed', 'failed', 'cancelling', 'cancelled']),
  output_file_id: z.string().nullable(),
  error_file_id: z.string().nullable(),
  created_at: z.int(),
  in_progress_at: seconds,
  expires_at: seconds,
  finalizing_at: seconds,
  completed_at: seconds,
  failed_at: seconds,
  expired_at: seconds,
  cancelling_at: seconds,
  cancelled_at: seconds,
  request_counts: z.object({ total: z.int().describe('Until all are read: an estimate'), completed: z.int(), failed: z.int() }),
  metadata: z.record(z.string(), z.string()).nullable(),
  model: z.string(),
}));
export type BatchAnswer = z.output<typeof batch>;

const page = { object: z.literal('list'), first_id: z.string().nullable(), last_id: z.string().nullable(), has_more: z.boolean() };
export const batches = named('Batches', z.object({ ...page, data: z.array(batch) }));

export const batchesQuery = z.object({ after: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(100).default(20) });
export type BatchesQuery = z.output<typeof batchesQuery>;

/** The fields of OpenAI's File. */
export const file = named('File', z.object({
  id: z.string(),
  object: z.literal('file'),
  bytes: z.int(),
  created_at: z.int(),
  expires_at: seconds,
  filename: z.string(),
  purpose: z.string(),
  status: z.literal('processed'),
}));
export type FileAnswer = z.output<typeof file>;
export const files = named('Files', z.object({ ...page, data: z.array(file) }));
export const fileDeleted = named('FileDeleted', z.object({ id: z.string(), object: z.literal('file'), deleted: z.boolean() }));
export const fileContent = named('FileContent', z.unknown().meta({ description: 'The bytes of the file' }));

export const filesQuery = z.object({
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
  order: z.literal('desc').optional(),
  purpose: z.string().max(64).optional(),
});
export type FilesQuery = z.output<typeof filesQuery>;
