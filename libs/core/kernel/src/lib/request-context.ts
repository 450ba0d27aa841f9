import type { Budget } from './budget';
import { CortexError } from './cortex-error';
import { Timings } from './timings';

/** From the most to the least urgent. */
export const PRIORITIES = ['critical', 'high', 'medium', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** 0 is the most urgent. */
export const RANK = Object.fromEntries(PRIORITIES.map((priority, rank) => [priority, rank])) as Readonly<Record<Priority, number>>;

/** `use` reads and writes the caches, `refresh` only writes them, `bypass` does neither. */
export type CachePolicy = 'use' | 'refresh' | 'bypass';

/**
 * Who asks, how urgently, until when. Passed from the edge down to the worker, never looked up.
 * `signal` aborts when the caller leaves or the deadline passes, its reason a CortexError: whoever waits listens to it.
 */
export interface RequestContext {
  readonly id: string;
  /** Of the trace that the caller named (W3C Trace Context): 32 hex digits. */
  readonly traceId?: string;
  readonly tenant: string;
  readonly priority: Priority;
  /** What the caller may use: each request is taken from all of them. Absent: as much as there is. */
  readonly budgets?: readonly Budget[];
  /** On the Clock; Infinity when the caller set none. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  readonly cache: CachePolicy;
  readonly timings: Timings;
  /** Nothing is to be run: whoever would run it throws what it would do instead. */
  readonly dryRun?: boolean;
  /** Whether `signal` has aborted, or would be if it existed: for contexts that make it when it is first asked for. */
  hasLeft?(): boolean;
}

/** Nobody waits any more. It asks for the signal only where the context cannot say so without. */
export function hasLeft(context: RequestContext): boolean {
  return context.hasLeft ? context.hasLeft() : context.signal.aborted;
}

/** @throws the signal's reason when nobody waits any more */
export function throwIfLeft(context: RequestContext): void {
  if (hasLeft(context)) throw context.signal.reason;
}

/** The deadline passed before the work began. */
export class DeadlineExceededError extends CortexError {
  readonly code = 'REQUEST.DEADLINE_EXCEEDED';
  readonly kind = 'expired';

  constructor(readonly deadlineAfterMs: number) {
    super(`the deadline of ${deadlineAfterMs} ms passed before the request could run`);
  }
}

/** The caller closed its connection. Nobody reads this; it stops the work. */
export class CallerGoneError extends CortexError {
  readonly code = 'REQUEST.CALLER_GONE';
  readonly kind = 'cancelled';

  constructor() {
    super('the caller left before the answer was ready');
  }
}

/** A context for work that no request stands behind (warm-up, specs); every field may be set. */
export function internalContext(overrides: Partial<RequestContext> = {}): RequestContext {
  return {
    id: 'internal',
    tenant: 'system',
    priority: 'medium',
    deadlineMs: Infinity,
    signal: new AbortController().signal,
    cache: 'bypass',
    timings: new Timings(),
    ...overrides,
  };
}
