/** How many identities are remembered; the longest unseen is forgotten. */
const CAPACITY = 1_000;
/** Weight of the newest measurement. */
const FRESHNESS = 0.5;

interface Lesson {
  readonly bytes: number;
  readonly reloadMs: number;
}

/** What loading things cost the last times: the better prediction once they were loaded. */
export class LearntMemory {
  /** Longest unseen first. */
  readonly #lessons = new Map<string, Lesson>();

  predict(identity: string): Lesson | undefined {
    return this.#lessons.get(identity);
  }

  /** Memory is never predicted below its latest measurement: too little is worse than too much. */
  learn(identity: string, measured: Lesson): void {
    const before = this.#lessons.get(identity) ?? measured;
    this.#lessons.delete(identity);
    this.#lessons.set(identity, {
      bytes: Math.max(measured.bytes, mix(before.bytes, measured.bytes)),
      reloadMs: mix(before.reloadMs, measured.reloadMs),
    });
    const [oldest] = this.#lessons.keys();
    if (this.#lessons.size > CAPACITY && oldest !== undefined) this.#lessons.delete(oldest);
  }
}

function mix(before: number, now: number): number {
  return before * (1 - FRESHNESS) + now * FRESHNESS;
}
