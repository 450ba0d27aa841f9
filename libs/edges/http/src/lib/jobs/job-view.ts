import { checkpointOf, outlookOf, resultOf, specOf, type BatchResult } from '@cortex/batch-inference';
import type { JobRecord } from '@cortex/jobs';
import type { JobAnswer } from './jobs-schemas';

/** A job as its owner sees it, field by field: what its record holds besides stays inside. */
export function jobView(job: JobRecord): JobAnswer {
  const { task, model } = specOf(job);
  const { output, errors } = resultOf(job) ?? {};
  return {
    id: job.id, state: job.state, cancelRequested: job.cancelRequested, task, model: checkpointOf(job)?.binding.model ?? model,
    counts: job.counts, ...outlookOf(job), attempts: job.attempts,
    output: output && fileView(job, output), errors: errors && fileView(job, errors), error: job.error,
    createdAt: new Date(job.createdAt).toISOString(), startedAt: isoTime(job.startedAt), finishedAt: isoTime(job.finishedAt),
  };
}

/** The key is shown as its tenant names it. */
function fileView({ tenant }: JobRecord, { key, bytes, rows }: BatchResult['output']): NonNullable<JobAnswer['output']> {
  return { objectKey: key.slice(`tenants/${tenant}/`.length), bytes, rows };
}

function isoTime(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs).toISOString();
}
