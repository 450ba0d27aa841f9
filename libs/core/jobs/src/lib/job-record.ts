export type JobState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** How much of a job's work is done, in units of its kind (rows, bytes). */
export interface JobCounts {
  /** Absent until it is known. */
  readonly total?: number;
  /** Those that succeeded. */
  readonly done: number;
  readonly failed: number;
}

/** One job with all that a restart needs. One document, replaced whole. */
export interface JobRecord {
  readonly id: string;
  /** 1 for the first that is stored, one more with each change. */
  readonly revision: number;
  readonly tenant: string;
  /** Which handler runs it: `batch-inference`, `model-pull`, … */
  readonly kind: string;
  readonly state: JobState;
  /** Set when somebody asked a running job to stop; whoever runs it sees it within a second. */
  readonly cancelRequested: boolean;
  /** What shall be done; never changes. */
  readonly spec: JsonObject;
  /** How far it came: what its handler needs to go on where it stopped. Empty at first. */
  readonly checkpoint: JsonObject;
  readonly counts: JobCounts;
  /** What it made, once it succeeded. */
  readonly result?: JsonObject;
  /** Why it failed: safe for its owner to read. */
  readonly error?: { readonly code: string; readonly message: string };
  /** Among those that wait the smaller goes first. 0 unless its owner said otherwise. */
  readonly rank: number;
  /** How often somebody began to run it. While it runs, this number is whose it is: who began it earlier has lost it. */
  readonly attempts: number;
  /** Runs in a row that got no further and ended by accident, the present one included. */
  readonly setbacks: number;
  /** Wall clock, milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly startedAt?: number;
  /** When it was begun first, or last got further. */
  readonly progressedAt?: number;
  readonly finishedAt?: number;
  /** Set while it is being removed: nobody is to find it any more. */
  readonly removedAt?: number;
}

export const OPEN_STATES: readonly JobState[] = ['queued', 'running'];
export const ENDED_STATES: readonly JobState[] = ['succeeded', 'failed', 'cancelled'];

/** Nothing will happen to it any more, unless somebody asks for another try. */
export function hasEnded({ state }: JobRecord): boolean {
  return ENDED_STATES.includes(state);
}
