import type { JobRecord, JobState, JsonObject } from '@cortex/jobs';
import type { SourceAddress } from './model-source.port';
import { TransferCancelledError } from './transfer.errors';

/** What shall be pulled, and under which name; absent ones are the source's own. */
export interface PullRequest {
  readonly source: SourceAddress;
  readonly name?: string;
  readonly version?: string;
}

export type TransferState = 'queued' | 'downloading' | 'verifying' | 'installed' | 'failed' | 'cancelled';

/** How a pull gets on. Sizes in bytes. */
export interface PullProgress {
  readonly id: string;
  readonly state: TransferState;
  readonly name?: string;
  readonly version?: string;
  readonly bytes: number;
  /** As far as the source says sizes. */
  readonly totalBytes?: number;
  /** The one that comes now. */
  readonly file?: string;
  /** From the speed so far. */
  readonly etaMs?: number;
  /** Of a failed one. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** How far a run of a pull is, as its job keeps it. */
export type PullCheckpoint = Omit<PullProgress, 'id' | 'error'> & { readonly state: 'downloading' | 'verifying' };

const CANCELLED = new TransferCancelledError();

/** A pull's job as its callers see it. */
export function progressOf(job: JobRecord): PullProgress {
  const { id, spec, error = job.state === 'cancelled' ? CANCELLED : undefined } = job;
  const { name, version } = spec as Partial<PullRequest>;
  const { file, etaMs, ...seen }: Partial<PullCheckpoint> = job.checkpoint;
  const state = stateOf(job.state, seen.state);
  return { bytes: 0, ...(name !== undefined && { name }), ...(version !== undefined && { version }), ...seen, ...(state === 'downloading' && { file, etaMs }), id, state, ...(error && { error: { code: error.code, message: error.message } }) };
}

/** What JSON holds of it. */
export function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

function stateOf(job: JobState, seen: PullCheckpoint['state'] = 'downloading'): TransferState {
  if (job === 'running') return seen;
  return job === 'succeeded' ? 'installed' : job;
}
