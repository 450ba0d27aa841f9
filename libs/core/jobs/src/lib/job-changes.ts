import type { ChangeSignal } from '@cortex/kernel';

const TOPIC = 'jobs';

/** Says when it is worth looking at a job again: at once for what this process changed, soon for what another did. */
export class JobChanges implements Disposable {
  /** By job. */
  readonly #lookouts = new Map<string, Set<JobLookout>>();
  readonly #listening: Disposable;

  constructor(private readonly signal: ChangeSignal, private readonly pollMs: number) {
    this.#listening = signal.listen(TOPIC, () => {
      for (const lookouts of this.#lookouts.values()) wake(lookouts);
    });
  }

  /** This process changed the job. */
  announce(id: string): void {
    wake(this.#lookouts.get(id) ?? new Set());
    this.signal.announce(TOPIC);
  }

  /** Misses nothing from here on, until it is disposed of. */
  lookout(id: string): JobLookout {
    const lookouts = this.#lookouts.get(id) ?? new Set();
    this.#lookouts.set(id, lookouts);
    const lookout = new JobLookout(this.pollMs, () => {
      if (lookouts.delete(lookout) && lookouts.size === 0) this.#lookouts.delete(id);
    });
    lookouts.add(lookout);
    return lookout;
  }

  /** Nothing changes here any more. */
  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
    for (const lookouts of this.#lookouts.values()) for (const lookout of lookouts) lookout.end();
  }
}

function wake(lookouts: Set<JobLookout>): void {
  for (const lookout of lookouts) lookout.wake();
}

/** One who follows a job. */
export class JobLookout implements Disposable {
  #hasNews = false;
  #hasEnded = false;
  #wake: () => void = () => undefined;

  constructor(private readonly pollMs: number, private readonly leave: () => void) {}

  wake(): void {
    this.#hasNews = true;
    this.#wake();
  }

  end(): void {
    this.#hasEnded = true;
    this.wake();
  }

  /** Comes after a change since the last call, or when it is time to look anyway; false when this process stops. @throws the signal's reason */
  async next(signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    if (!this.#hasNews) await this.#sleep(signal);
    this.#hasNews = false;
    signal.throwIfAborted();
    return !this.#hasEnded;
  }

  [Symbol.dispose](): void {
    this.leave();
  }

  async #sleep(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, this.pollMs);
      signal.addEventListener('abort', wake);
      this.#wake = wake;
    });
  }
}
