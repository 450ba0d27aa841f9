/** Milliseconds that stages took. */
export class Stopwatch {
  readonly #timings: Record<string, number> = {};

  get timings(): Readonly<Record<string, number>> {
    return this.#timings;
  }

  async time<T>(stage: string, work: Promise<T>): Promise<T> {
    const since = performance.now();
    try {
      return await work;
    } finally {
      this.#timings[stage] = Math.round((performance.now() - since) * 100) / 100;
    }
  }
}
