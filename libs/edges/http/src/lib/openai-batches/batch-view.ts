import { outlookOf, resultOf, specOf } from '@cortex/batch-inference';
import type { JobRecord } from '@cortex/jobs';
import { z } from 'zod';
import { batchId, outputFileId } from './batch-ids';
import type { BatchAnswer } from './batches-schemas';

const DAY_MS = 86_400_000;

/** What an order keeps for the answers. */
export const batchNotes = z.object({ input_file_id: z.string(), endpoint: z.string(), completion_window: z.string(), metadata: z.record(z.string(), z.string()).nullable() });
export type BatchNotes = z.output<typeof batchNotes>;

/** A job as OpenAI's clients know it. */
export function batchView(job: JobRecord): BatchAnswer {
  const status = statusOf(job);
  const { output, errors } = resultOf(job) ?? {};
  const { notes, parameters } = specOf(job);
  const endedAs = (wanted: BatchAnswer['status']) => (status === wanted ? seconds(job.finishedAt) : null);
  return {
    ...batchNotes.parse(notes),
    id: batchId(job.id), object: 'batch', status, model: String(parameters['model']),
    errors: job.error ? { object: 'list', data: [{ ...job.error, line: null, param: null }] } : null,
    output_file_id: output && output.rows > 0 ? outputFileId(job.id, 'output') : null,
    error_file_id: errors && errors.rows > 0 ? outputFileId(job.id, 'errors') : null,
    created_at: seconds(job.createdAt)!, in_progress_at: seconds(job.startedAt), expires_at: seconds(job.createdAt + DAY_MS),
    finalizing_at: status === 'finalizing' ? seconds(job.updatedAt) : endedAs('completed'),
    completed_at: endedAs('completed'), failed_at: endedAs('failed'), expired_at: null,
    cancelling_at: status === 'cancelling' ? seconds(job.updatedAt) : endedAs('cancelled'), cancelled_at: endedAs('cancelled'),
    request_counts: countsOf(job),
  };
}

/** Reading the file and answering it are one pass: a batch that has begun is in progress. */
function statusOf({ state, cancelRequested, counts }: JobRecord): BatchAnswer['status'] {
  switch (state) {
    case 'queued': return 'validating';
    case 'running': return cancelRequested ? 'cancelling' : counts.total === undefined ? 'in_progress' : 'finalizing';
    case 'succeeded': return 'completed';
    default: return state;
  }
}

function countsOf(job: JobRecord): BatchAnswer['request_counts'] {
  const { total, done, failed } = job.counts;
  const { progress = 0 } = outlookOf(job);
  return { total: total ?? (progress > 0 ? Math.round((done + failed) / progress) : 0), completed: done, failed };
}

function seconds(epochMs: number | undefined): number | null {
  return epochMs === undefined ? null : Math.floor(epochMs / 1_000);
}
