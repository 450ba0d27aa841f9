import { CortexError, type Clock } from '@cortex/kernel';
import type { ResolvedModel } from '@cortex/model-registry';

/** A model that could not be loaded, and why. It is tried again when it is asked for after a while. */
export interface LoadFailure {
  readonly name: string;
  readonly version: string;
  readonly reason: string;
  readonly retryInMs: number;
}

interface Quarantine {
  readonly model: ResolvedModel;
  readonly reason: string;
  readonly retryAtMs: number;
}

/** Models whose load failed: a broken file that is asked for a thousand times a second is not opened a thousand times a second. */
export class LoadFailures {
  /** By reference or session. Bounded by what the registry knows. */
  readonly #quarantined = new Map<string, Quarantine>();

  constructor(private readonly clock: Clock) {}

  add(key: string, model: ResolvedModel, error: unknown): void {
    const waitMs = error instanceof CortexError ? (error.retryAfterMs ?? 0) : 0;
    const reason = error instanceof CortexError ? error.message : 'an internal error';
    this.#quarantined.set(key, { model, reason, retryAtMs: this.clock.now() + waitMs });
  }

  has(key: string): boolean {
    return this.#quarantined.has(key);
  }

  /** Whether it failed, and may be tried again now. */
  isDue(key: string): boolean {
    const quarantine = this.#quarantined.get(key);
    return quarantine !== undefined && this.clock.now() >= quarantine.retryAtMs;
  }

  forget(key: string): void {
    this.#quarantined.delete(key);
  }

  list(): LoadFailure[] {
    return [...this.#quarantined.values()].map(({ model: { version }, reason, retryAtMs }) => ({
      name: version.name, version: version.version, reason, retryInMs: Math.max(0, Math.ceil(retryAtMs - this.clock.now())),
    }));
  }
}
