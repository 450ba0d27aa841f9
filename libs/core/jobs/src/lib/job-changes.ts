import type { ChangeSignal } from '@cortex/kernel';
import type { JobRecord } from './job-record';

const TOPIC = 'jobs';

/** Says when it is worth looking at a job again: at once for what this process changed, soon for what another did. */
export class JobChanges implements Disposable {
  /** By job. */
  readonly #lookouts = new Map<string, Set<JobLookout>>();
  readonly #listening: Disposable;

  constructor(private readonly signal: ChangeSignal, private readonly pollMs: number) {
    this.#listening = signal.listen(TOPIC, () => {
      for (const lookouts of this.#lookouts.values()) for (const lookout of lookouts) lookout.look();
    });
  }

  /** This process changed the job to that. */
  announce(job: JobRecord): void {
    for (const lookout of this.#lookouts.get(job.id) ?? []) lookout.show(job);
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

/** What is new: the job, where this process changed it, otherwise that it is time to look. */
export interface JobNews {
  readonly job?: JobRecord;
}

/** One who follows a job. */
export class JobLookout implements Disposable {
  /** Since the last call of `next`. */
  #news: JobNews | undefined;
  #hasEnded = false;
  #wake: () => void = () => undefined;

  constructor(private readonly pollMs: number, private readonly leave: () => void) {}

  show(job: JobRecord): void {
    this.#news = { job };
    this.#wake();
  }

  look(): void {
    this.#news = {};
    this.#wake();
  }

  end(): void {
    this.#hasEnded = true;
    this.#wake();
  }

  /** Comes after a change since the last call, with the latest, or when it is time to look anyway; undefined when this process stops. @throws the signal's reason */
  async next(signal: AbortSignal): Promise<JobNews | undefined> {
    signal.throwIfAborted();
    if (!this.#news && !this.#hasEnded) await this.#sleep(signal);
    signal.throwIfAborted();
    const news = this.#news;
    this.#news = undefined;
    return news ?? (this.#hasEnded ? undefined : {});
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
