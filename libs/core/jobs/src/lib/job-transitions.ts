import type { JobProgress } from './job-kind';
import { hasEnded, type JobCounts, type JobRecord, type JsonObject } from './job-record';
import { JobGivenUpError, JobLostError, JobStateError } from './jobs.errors';

/** What a job becomes. It may be asked again for a newer record; the same record changes nothing. */
export type Transition = (job: JobRecord) => JobRecord;

/** Somebody runs it from here on: whoever ran it before has lost it. */
export function begun(mostSetbacks: number, now: number): Transition {
  return (job) => {
    if (hasEnded(job) || job.removedAt !== undefined) return job;
    if (job.cancelRequested) return cancelled(job, now);
    if (job.setbacks >= mostSetbacks) return failed(new JobGivenUpError(job.id, job.setbacks), now)(job);
    const { attempts, setbacks, startedAt = now, progressedAt = now } = job;
    return { ...job, state: 'running', attempts: attempts + 1, setbacks: setbacks + 1, startedAt, progressedAt };
  };
}

/** Only while the run of that attempt has the job. */
export function ofRun(attempt: number, transition: Transition): Transition {
  return (job) => {
    if (job.state !== 'running' || job.attempts !== attempt) throw new JobLostError(job.id);
    return transition(job);
  };
}

/** A job whose cancelling was acknowledged ends cancelled, whatever else it would have become. */
export function unlessCancelled(transition: Transition, now: number): Transition {
  return (job) => (job.cancelRequested ? cancelled(job, now) : transition(job));
}

export function progressed({ checkpoint, counts }: JobProgress, now: number): Transition {
  return (job) => {
    const isFurther = doneOf(counts) > doneOf(job.counts);
    return { ...job, checkpoint, counts, ...(isFurther && { setbacks: 0, progressedAt: now }) };
  };
}

export function succeeded(result: JsonObject, now: number): Transition {
  return (job) => ({ ...job, state: 'succeeded', result, setbacks: 0, finishedAt: now });
}

export function failed(error: { readonly code: string; readonly message: string }, now: number): Transition {
  const { code, message } = error;
  return (job) => ({ ...job, state: 'failed', error: { code, message }, finishedAt: now });
}

/** It waits again; the run that ends so was no accident. */
export function handedBack(job: JobRecord): JobRecord {
  return { ...job, state: 'queued', setbacks: Math.max(0, job.setbacks - 1) };
}

/** One that waits ends at once, one that runs is told. */
export function cancelAsked(now: number): Transition {
  return (job) => {
    if (hasEnded(job) || job.cancelRequested) return job;
    return job.state === 'queued' ? cancelled(job, now) : { ...job, cancelRequested: true };
  };
}

/** It goes on where it stopped. @throws JobStateError */
export function retried(job: JobRecord): JobRecord {
  if (job.state !== 'failed' && job.state !== 'cancelled') throw new JobStateError(job.id, job.state, 'tried again');
  const { error: _error, progressedAt: _progressedAt, finishedAt: _finishedAt, ...rest } = job;
  return { ...rest, state: 'queued', cancelRequested: false, setbacks: 0 };
}

/** @throws JobStateError */
export function removing(now: number): Transition {
  return (job) => {
    if (!hasEnded(job)) throw new JobStateError(job.id, job.state, 'removed');
    return { ...job, removedAt: now };
  };
}

function doneOf({ done, failed }: JobCounts): number {
  return done + failed;
}

function cancelled(job: JobRecord, now: number): JobRecord {
  return { ...job, state: 'cancelled', cancelRequested: true, finishedAt: now };
}
