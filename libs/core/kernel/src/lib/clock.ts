import { performance } from 'node:perf_hooks';

/** Time as a value that is handed in, so that specs need not wait. */
export abstract class Clock {
  /** Milliseconds, fractional, never going back; its zero means nothing. */
  abstract now(): number;
}

/** The process's monotonic clock: a jump of the wall clock does not move it. */
export class SystemClock extends Clock {
  now(): number {
    return performance.now();
  }
}
