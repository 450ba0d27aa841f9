/** So many answers leave at once: fewer wake the reader too often, more let it idle while they are made. */
const FULL = 16;

/**
 * Answers that are ready in one turn of the event loop leave together, a few at a time. Each write may have to wake the
 * reader, which costs more than a small request: the first one of several does.
 */
export class Outbox {
  #ready: (() => void)[] = [];
  #isFlushDue = false;

  put(send: () => void): void {
    if (this.#ready.push(send) >= FULL) return this.#flush();
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    setImmediate(() => {
      this.#isFlushDue = false;
      this.#flush();
    });
  }

  #flush(): void {
    const ready = this.#ready;
    this.#ready = [];
    for (const send of ready) send();
  }
}
