import { cosine } from '@cortex/inference';
import { CortexError, internalContext, type Clock, type RequestContext } from '@cortex/kernel';
import type { ResolvedModel, RolloutDraw } from '@cortex/model-registry';
import type { RolloutObserver, RolloutOutcome } from './rollout-observer.port';

/** One request as it is asked of whichever version answers. */
export interface RoutedCall<T> {
  readonly run: (model: ResolvedModel, context: RequestContext) => Promise<T>;
  /** The result's numbers, one after another, by which a shadow is compared; undefined where there are none. */
  readonly numbersOf?: (result: T) => Float32Array | undefined;
}

/** Copies that run at once; more are left out, so that a slow shadow cannot pile up. */
const MOST_SHADOWS = 4;
const SHADOW_DEADLINE_MS = 30_000;

/** Sends requests through a rollout: a canary that fails is answered for by the stable version, a shadow is asked without anybody waiting. */
export class RolloutRouting {
  #shadows = 0;

  constructor(private readonly observer: RolloutObserver, private readonly clock: Clock) {}

  route<T>(model: ResolvedModel, call: RoutedCall<T>, context: RequestContext): Promise<T> {
    const { rollout } = model;
    if (!rollout || context.dryRun) return call.run(model, context); // a dry run is no outcome, and explains the version that was drawn
    return rollout.arm === 'canary' ? this.#tryCanary(model, call, { rollout, context }) : this.#answerStable(model, call, { rollout, context });
  }

  async #answerStable<T>(model: ResolvedModel, call: RoutedCall<T>, { rollout, context }: { readonly rollout: RolloutDraw; readonly context: RequestContext }): Promise<T> {
    const result = await this.#timed(model, 'stable', () => call.run(model, context));
    if (rollout.shadow) this.#shadow({ version: rollout.shadow, alias: model.alias }, call, { result, context });
    return result;
  }

  async #tryCanary<T>(model: ResolvedModel, call: RoutedCall<T>, { rollout, context }: { readonly rollout: RolloutDraw; readonly context: RequestContext }): Promise<T> {
    try {
      return await this.#timed(model, 'canary', () => call.run(model, context));
    } catch (error) {
      if (!isTheModelsFault(error)) throw error;
      const stable = { ...model, version: rollout.stable };
      return this.#timed(stable, 'stable', () => call.run(stable, context));
    }
  }

  #shadow<T>(model: ResolvedModel, call: RoutedCall<T>, { result, context }: { readonly result: T; readonly context: RequestContext }): void {
    const where = { name: model.version.name, alias: model.alias ?? '' };
    if (this.#shadows >= MOST_SHADOWS) return this.observer.compare({ ...where, agreement: undefined });
    this.#shadows += 1;
    const deadlineMs = this.clock.now() + SHADOW_DEADLINE_MS;
    const inTheShade = internalContext({ id: context.id, tenant: context.tenant, priority: 'low', deadlineMs, signal: AbortSignal.timeout(SHADOW_DEADLINE_MS) });
    void this.#timed(model, 'canary', () => call.run(model, inTheShade))
      .then((copy) => this.observer.compare({ ...where, agreement: agreementOf(call.numbersOf?.(result), call.numbersOf?.(copy)) }))
      .catch(() => this.observer.compare({ ...where, agreement: undefined })) // its reason is recorded; nobody waits for it
      .finally(() => (this.#shadows -= 1));
  }

  async #timed<T>({ version: { name }, alias = '' }: ResolvedModel, arm: RolloutOutcome['arm'], run: () => Promise<T>): Promise<T> {
    const startedAt = this.clock.now();
    try {
      const result = await run();
      this.observer.record({ name, alias, arm, ms: this.clock.now() - startedAt });
      return result;
    } catch (error) {
      this.observer.record({ name, alias, arm, ms: this.clock.now() - startedAt, error });
      throw error;
    }
  }
}

const FAULTS = /^(INFERENCE|REGISTRY|TEXT)\.|^GOVERNOR\.(MODEL_TOO_LARGE|NO_MEMORY)$/;

/** What another version may do better: it could not be loaded, run or read, or has a bug. A full house is nobody's fault. */
function isTheModelsFault(error: unknown): boolean {
  return error instanceof CortexError ? FAULTS.test(error.code) : true;
}

/** Cosine of two results; 0 where their sizes differ, 1 where there is nothing to compare. */
function agreementOf(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (!a || !b) return 1;
  if (a.length !== b.length) return 0;
  return a.every((value) => value === 0) && b.every((value) => value === 0) ? 1 : cosine(a, b);
}
