/** One at a time, in the order of coming; those inside may wait for a change of the world. */
export class Turnstile {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  /** Wakes the one inside, if it waits. */
  #wake: (() => void) | undefined;

  /** Those that wait or are inside. */
  get waiting(): number {
    return this.#waiting;
  }

  async pass<T>(job: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const turn = this.#last.then(job);
    this.#last = turn.catch(() => undefined); // the one inside hears of it; the next one enters all the same
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** For the one inside: until something changed, at most `mostMs`. */
  change(mostMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(), mostMs);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
    });
  }

  changed(): void {
    this.#wake?.();
  }
}
