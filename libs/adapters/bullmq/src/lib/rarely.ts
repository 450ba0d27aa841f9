/** Says something now and then, and how often it kept silent since. */
export class Rarely {
  #saidAt = -Infinity;
  #kept = 0;

  constructor(private readonly pauseMs: number, private readonly hear: (message: string) => void) {}

  say(message: string): void {
    if (performance.now() - this.#saidAt < this.pauseMs) {
      this.#kept += 1;
      return;
    }
    this.hear(this.#kept === 0 ? message : `${message} (${this.#kept} more since the last word)`);
    this.#saidAt = performance.now();
    this.#kept = 0;
  }
}
