import type { ModelRuntime } from '@cortex/inference';
import { CortexError, type Clock } from '@cortex/kernel';
import type { ModelRegistry, ModelVersion } from '@cortex/model-registry';
import type { Workbench } from './workbench';

/** One version's way through the workshop. */
export interface Preparation {
  readonly name: string;
  readonly version: string;
  readonly stage: 'waiting' | 'looking' | 'deriving' | 'measuring' | 'done' | 'failed';
  /** What was made, or is being made. */
  readonly variants: readonly string[];
  readonly tookMs?: number;
  readonly reason?: string;
}

export interface VariantWorkshopParts {
  readonly registry: Pick<ModelRegistry, 'artifact'>;
  readonly runtime: Pick<ModelRuntime, 'derivatives'>;
  readonly workbench: Workbench;
  readonly clock: Clock;
  /** Told when a version has variants that it did not have before. */
  readonly onNew: (version: ModelVersion) => Promise<void>;
}

/** Makes variants of models that came without them, in the background and one after another, and measures them. */
export class VariantWorkshop {
  /** By `name@version`; the latest attempt. Bounded by what the registry knows. */
  readonly #preparations = new Map<string, Preparation>();
  #last: Promise<void> = Promise.resolve();

  constructor(private readonly parts: VariantWorkshopParts) {}

  list(): readonly Preparation[] {
    return [...this.#preparations.values()];
  }

  /** Puts a version in the queue unless it is there, or was there and `again` is not set. Resolves when it is through; never throws. */
  prepare(version: ModelVersion, { again = false } = {}): Promise<void> {
    const known = this.#preparations.get(keyOf(version));
    if (known && !(again && (known.stage === 'done' || known.stage === 'failed'))) return this.#last;
    this.#note(version, { stage: 'waiting', variants: [] });
    this.#last = this.#last.then(() => this.#prepare(version));
    return this.#last;
  }

  async #prepare(version: ModelVersion): Promise<void> {
    const startedAt = this.parts.clock.now();
    try {
      const made = await this.#make(version);
      this.#note(version, { stage: 'done', variants: made, tookMs: this.parts.clock.now() - startedAt });
      if (made.length > 0) await this.parts.onNew(version);
    } catch (error) {
      const reason = error instanceof CortexError ? error.message : 'an internal error';
      this.#note(version, { stage: 'failed', variants: [], reason, tookMs: this.parts.clock.now() - startedAt });
    }
  }

  async #make(version: ModelVersion): Promise<readonly string[]> {
    this.#note(version, { stage: 'looking', variants: [] });
    const reference = await this.parts.registry.artifact(version, version.variants[0]!.name);
    const derivatives = await this.parts.runtime.derivatives(reference);
    const missing = derivatives.missing.filter((name) => !version.variants.some((own) => own.name === name));
    for (const variant of missing) {
      this.#note(version, { stage: 'deriving', variants: missing });
      const artifact = await this.parts.workbench.derive(reference, variant);
      this.#note(version, { stage: 'measuring', variants: missing });
      await this.parts.workbench.measure(artifact);
    }
    return missing;
  }

  #note(version: ModelVersion, about: Omit<Preparation, 'name' | 'version'>): void {
    this.#preparations.set(keyOf(version), { name: version.name, version: version.version, ...about });
  }
}

function keyOf({ name, version }: ModelVersion): string {
  return `${name}@${version}`;
}
