const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One at a time, in the order of coming; those inside may wait for a change of the world. */
export class Turnstile {
  #last: Promise<void> = Promise.resolve();
  /** Wakes the one inside, if it waits. */
  #wake: (() => void) | undefined;

  /** The caller's turn, which lasts until what is given is called (again: nothing happens); undefined when it did not come within `mostMs`. */
  async enter(mostMs: number): Promise<(() => void) | undefined> {
    const before = this.#last;
    let end: () => void = () => undefined;
    this.#last = new Promise<void>((resolve) => (end = resolve));
    if (await settlesWithin(before, mostMs)) return end;
    void before.then(end); // whoever comes after waits for those before, not for the one that gave up
    return undefined;
  }

  async pass<T>(job: () => Promise<T>): Promise<T> {
    const leave = await this.enter(LONGEST_TIMER_MS);
    try {
      return await job();
    } finally {
      leave?.();
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

function settlesWithin(promise: Promise<void>, mostMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), mostMs);
    void promise.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
