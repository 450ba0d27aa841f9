/**
 * Answers that are ready in one turn of the event loop leave together at its end. Each write may have to wake the reader,
 * which costs more than a small request: the first one of many does.
 */
export class Outbox {
  #ready: (() => void)[] = [];

  put(send: () => void): void {
    if (this.#ready.push(send) === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    const ready = this.#ready;
    this.#ready = [];
    for (const send of ready) send();
  }
}
