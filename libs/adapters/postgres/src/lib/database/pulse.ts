import type { DependencyHealth } from '@cortex/kernel';

const BEAT_MS = 2_000;
/** What was heard in this time is new enough. */
const FRESH_MS = 5_000;

/** Says whether the database answers: as those who use it found, and by asking it while nobody does or it is down. */
export class Pulse implements Disposable {
  readonly #timer: NodeJS.Timeout;
  #isUp: boolean | undefined;
  #heardAt = -Infinity;
  #isAsking = false;

  /** `ask` tells the pulse itself how it went, as everybody who uses the database does. */
  constructor(private readonly health: DependencyHealth, private readonly ask: () => Promise<unknown>) {
    this.#timer = setInterval(() => void this.#beat(), BEAT_MS).unref();
  }

  up(): void {
    this.#heardAt = performance.now();
    if (this.#isUp !== true) this.health.up();
    this.#isUp = true;
  }

  /** `reason` is a code. */
  down(reason: string): void {
    this.#isUp = false;
    this.health.down(`POSTGRES.${reason}`);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #beat(): Promise<void> {
    const isFresh = this.#isUp === true && performance.now() - this.#heardAt < FRESH_MS;
    if (isFresh || this.#isAsking) return;
    this.#isAsking = true;
    await Promise.allSettled([this.ask()]);
    this.#isAsking = false;
  }
}
