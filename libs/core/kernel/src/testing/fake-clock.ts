import { Clock } from '../lib/clock';

/** A clock that moves only when told to. */
export class FakeClock extends Clock {
  #nowMs = 0;

  now(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}
