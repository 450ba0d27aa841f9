import type { ModelRuntime, Output, TokenOutput, Work } from '@cortex/inference';
import type { Clock, RequestContext, Telemetry } from '@cortex/kernel';
import { LATEST, parseModelReference, type IndexEntry, type ModelRegistry, type ResolvedModel } from '@cortex/model-registry';
import type { Governor } from '@cortex/resource-governor';
import { RowCache } from './cached-rows';
import { demandOf } from './demand';
import type { ModelStatistics } from './model-statistics';
import { ShuttingDownError } from './orchestrator.errors';
import type { ResultCache } from './result-cache.port';
import type { Candidate, LoadedModel, ServedModel } from './served-model';
import { SessionPool } from './session-pool';
import { VariantSelector } from './variant-selector';

/** `model` is a reference, or what the caller has resolved already, so that text and tensors come from one version. */
export interface InferenceRequest<W extends Work = Work> {
  readonly model: string | ResolvedModel;
  readonly work: W;
}

export interface InferenceResult<W extends Work = Work> {
  readonly model: ServedModel;
  readonly output: Output<W>;
}

export interface OrchestratorParts {
  readonly registry: Pick<ModelRegistry, 'resolve' | 'artifact' | 'index' | 'refresh' | 'offer' | 'withdraw'>;
  readonly runtime: ModelRuntime;
  readonly governor: Governor;
  readonly cache: ResultCache;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

interface Errand {
  readonly work: Work;
  readonly context: RequestContext;
}

/** The request path: every inference in the process goes through `infer`. */
export class Orchestrator {
  readonly #sessions: SessionPool;
  readonly #cache: RowCache;
  #closing = false;

  constructor(private readonly parts: OrchestratorParts) {
    const { registry, runtime, clock, telemetry, cache } = parts;
    this.#sessions = new SessionPool({ selector: new VariantSelector(registry, runtime), runtime, clock, telemetry });
    this.#cache = new RowCache(cache, telemetry);
  }

  /** @throws what registry, governor, session pool, batcher and runtime throw, or the signal's reason */
  async infer<W extends Work>({ model, work }: InferenceRequest<W>, context: RequestContext): Promise<InferenceResult<W>> {
    if (this.#closing) throw new ShuttingDownError();
    const resolved = await this.#resolve(model); // what exists
    const candidate = await this.#sessions.choose(resolved); // which variant answers
    const { metrics, statistics } = this.#sessions.boardOf(candidate);
    const startedAt = this.parts.clock.now();
    try {
      const output = await this.#answer(resolved, candidate, { work, context });
      const totalMs = this.parts.clock.now() - startedAt;
      metrics.answered(rowsOf(work), totalMs, context.timings);
      statistics.answered(rowsOf(work), totalMs, context.timings);
      return { model: candidate.served, output: output as Output<W> };
    } catch (error) {
      metrics.failed(error);
      statistics.failed(this.parts.clock.now() - startedAt);
      throw error;
    }
  }

  /** Loads it if need be and says what is loaded; does not bring back what was unloaded. */
  async describe(model: string | ResolvedModel): Promise<LoadedModel> {
    const live = await this.#sessions.open(await this.#resolve(model));
    return live.description;
  }

  /** Brings back what was unloaded, reads the folders anew and loads it. */
  async load(reference: string): Promise<LoadedModel> {
    const { name, version } = parseModelReference(reference);
    this.parts.registry.offer(name, version);
    await this.parts.registry.refresh();
    return this.describe(reference);
  }

  /** Withdraws a model, or one version of it where the reference names one; requests already accepted finish. */
  async unload(reference: string): Promise<void> {
    const { name, version } = parseModelReference(reference);
    this.parts.registry.withdraw(name, version);
    await this.#sessions.close(name, version === LATEST ? undefined : version);
  }

  loaded(): readonly LoadedModel[] {
    return this.#sessions.loaded();
  }

  /** What exists, with the models whose last load failed marked so; a folder that looks sound may still hold no model. */
  index(): readonly IndexEntry[] {
    const failures = this.#sessions.failures();
    return this.parts.registry.index().map((entry) => {
      const failure = entry.state === 'available' && failures.find(({ name, version }) => name === entry.name && version === entry.version);
      return failure ? { ...entry, state: 'failed', reason: failure.reason } : entry;
    });
  }

  statistics(): readonly ModelStatistics[] {
    return this.#sessions.statistics();
  }

  /** Finishes what was accepted; `infer` throws from now on. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#sessions.closeAll();
  }

  async #answer(resolved: ResolvedModel, candidate: Candidate, { work, context }: Errand): Promise<Output> {
    const cached = work.kind === 'tokens' ? await this.#cache.find(candidate.served, work, context) : undefined;
    if (!cached) return this.#run(resolved, candidate, { work, context });
    if (cached.missing.length === 0) return { kind: 'tokens', vectors: cached.filledWith([]) }; // a hit costs no permit

    const output = await this.#run(resolved, candidate, { work: cached.rest(), context });
    const vectors = (output as TokenOutput).vectors;
    await this.#cache.store(cached, vectors);
    return { kind: 'tokens', vectors: cached.filledWith(vectors) };
  }

  async #run(resolved: ResolvedModel, candidate: Candidate, { work, context }: Errand): Promise<Output> {
    using _permit = await this.parts.governor.admit(demandOf(work, candidate.costModel), context); // how much may be
    const live = await this.#sessions.open(resolved); // what is loaded
    return await live.submit(work, context); // what runs together, how it runs; awaited, so that the permit is held until then
  }

  async #resolve(model: string | ResolvedModel): Promise<ResolvedModel> {
    return typeof model === 'string' ? this.parts.registry.resolve(model) : model;
  }
}

function rowsOf(work: Work): number {
  return work.kind === 'tokens' ? work.rows.length : (Object.values(work.inputs)[0]?.shape[0] ?? 1);
}
