import { setImmediate } from 'node:timers/promises';
import { performance } from 'node:perf_hooks';
import { throwIfLeft, type RequestContext } from '@cortex/kernel';

/** How long a rule may hold the thread before others have their turn. */
const TURN_MS = 4;

/** Lets the event loop turn while a long text is read: `if (pace.isDue()) await pace.rest()`. */
export class Pace {
  #since = performance.now();
  /** Ends with the work that was given last. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly context: RequestContext) {}

  /** One rule after the other, as they came: there is one thread, and rules that alternate over each text lose a third of their speed to its caches. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn;
    return turn;
  }

  isDue(): boolean {
    return performance.now() - this.#since > TURN_MS;
  }

  /** Work that may be interrupted where it yields. @throws the reason why nobody waits any more */
  async through<T>(work: Generator<void, T>): Promise<T> {
    for (let step = work.next(); ; step = work.next()) {
      if (step.done) return step.value;
      if (this.isDue()) await this.rest();
    }
  }

  /** @throws the reason why nobody waits any more */
  async rest(): Promise<void> {
    await setImmediate();
    throwIfLeft(this.context);
    this.#since = performance.now();
  }
}
