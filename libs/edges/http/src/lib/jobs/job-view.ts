import { BATCH_INFERENCE, checkpointOf, outlookOf, resultOf, specOf, type BatchResult } from '@cortex/batch-inference';
import type { JobRecord } from '@cortex/jobs';
import { z } from 'zod';
import type { JobAnswer } from './jobs-schemas';

const indexingSpec = z.object({ collection: z.string(), space: z.string().optional() });

/** A job as its owner sees it, field by field: what its record holds besides stays inside. */
export function jobView(job: JobRecord): JobAnswer {
  return {
    id: job.id, kind: job.kind as JobAnswer['kind'], state: job.state, cancelRequested: job.cancelRequested,
    ...(job.kind === BATCH_INFERENCE ? batchView(job) : indexingView(job)), attempts: job.attempts, error: job.error,
    createdAt: new Date(job.createdAt).toISOString(), startedAt: isoTime(job.startedAt), finishedAt: isoTime(job.finishedAt),
  };
}

function batchView(job: JobRecord): Pick<JobAnswer, 'counts'> & Partial<JobAnswer> {
  const { task, model } = specOf(job);
  const { output, errors } = resultOf(job) ?? {};
  return {
    task, model: checkpointOf(job)?.binding.model ?? model, counts: job.counts, ...outlookOf(job),
    output: output && fileView(job, output), errors: errors && fileView(job, errors),
  };
}

/** Of documents that are made findable, or of passages that get other vectors. */
function indexingView({ spec, counts, result }: JobRecord): Pick<JobAnswer, 'counts'> & Partial<JobAnswer> {
  const { collection, space } = indexingSpec.parse(spec);
  const { total, done, failed } = counts;
  return { collection, space, counts, ...(total !== undefined && total > 0 && { progress: (done + failed) / total }), ...(space !== undefined && { result }) };
}

/** The key is shown as its tenant names it. */
function fileView({ tenant }: JobRecord, { key, bytes, rows }: BatchResult['output']): NonNullable<JobAnswer['output']> {
  return { objectKey: key.slice(`tenants/${tenant}/`.length), bytes, rows };
}

function isoTime(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs).toISOString();
}
