import type { ModelRuntime, Output, TokenWork, Work } from '@cortex/inference';
import { codeOf, internalContext, type Clock, type RequestContext, type Telemetry } from '@cortex/kernel';
import { LATEST, parseModelReference, type IndexEntry, type ModelRegistry, type ModelVersion, type ResolvedModel } from '@cortex/model-registry';
import { reaches, type Demand, type Governor, type Residency, type Stage } from '@cortex/resource-governor';
import { RowCache } from './cached-rows';
import { demandOf } from './demand';
import { Explained } from './explanation';
import { Explainer } from './explainer';
import { KeepAlive, type KeepAlivePolicy } from './keep-alive';
import { ModelBoards } from './model-boards';
import type { ModelStatistics } from './model-statistics';
import { ShuttingDownError } from './orchestrator.errors';
import type { ResultCache } from './result-cache.port';
import type { RolloutObserver } from './rollout-observer.port';
import { RolloutRouting, type RoutedCall } from './rollout-routing';
import { RowFlights } from './row-flights';
import type { Candidate, LoadedModel, ServedModel } from './served-model';
import { SessionPool } from './session-pool';
import type { LoadProgress } from './session-slot';
import { VariantSelector } from './variant-selector';
import { VariantWorkshop } from './variant-workshop';
import { Workbench } from './workbench';

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
  readonly registry: Pick<ModelRegistry, 'resolve' | 'locate' | 'repin' | 'artifact' | 'index' | 'refresh' | 'offer' | 'withdraw'>;
  readonly runtime: ModelRuntime;
  readonly governor: Governor;
  readonly residency: Residency;
  readonly cache: ResultCache;
  readonly rollouts: RolloutObserver;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly keepAliveMs: number;
  /** Whether tenants may be given what was computed for others. */
  readonly sharesCache: boolean;
  /** Whether variants are made, in the background, of models that came without them. */
  readonly derivesVariants: boolean;
}

interface Errand<W extends Work = Work> {
  readonly model: ResolvedModel;
  readonly candidate: Candidate;
  readonly work: W;
  /** 0 for a further part of a request that was counted. */
  readonly requests?: 0 | 1;
}

/** How often it is looked for models that were unused for longer than they may be, or that have become idle under pressure. */
const SWEEP_MS = 1_000;

/** What an answer from the cache takes. */
const A_HIT: Demand = { cpuMs: 0, tokens: 0 };

/** The request path: every inference in the process goes through `infer`. */
export class Orchestrator {
  readonly #keepAlive: KeepAlive;
  readonly workshop: VariantWorkshop;
  readonly #boards: ModelBoards;
  readonly #sessions: SessionPool;
  readonly #cache: RowCache;
  readonly #flights = new RowFlights();
  readonly #routing: RolloutRouting;
  readonly #explainer: Explainer;
  readonly #strain: Disposable;
  readonly #sweep: NodeJS.Timeout;
  #closing = false;

  constructor(private readonly parts: OrchestratorParts) {
    const { registry, runtime, residency, governor, clock, telemetry } = parts;
    this.#keepAlive = new KeepAlive(parts.keepAliveMs);
    this.#boards = new ModelBoards(telemetry);
    const workbench = new Workbench({ runtime, residency });
    this.workshop = new VariantWorkshop({ registry, runtime, workbench, clock, onNew: (version) => this.#takeUp(version) });
    this.#sessions = new SessionPool({ selector: new VariantSelector({ registry, runtime, workbench }), runtime, residency, keepAlive: this.#keepAlive, boards: this.#boards, clock, telemetry, onLoaded: (version) => this.#improve(version) });
    this.#cache = new RowCache(parts.cache, { telemetry, isShared: parts.sharesCache });
    this.#routing = new RolloutRouting(parts.rollouts, clock);
    this.#strain = governor.onStage((stage) => this.#giveMemoryBack(stage));
    this.#sweep = setInterval(() => this.#letIdleGo(), SWEEP_MS).unref();
    this.#explainer = new Explainer({ sessions: this.#sessions, cache: this.#cache, governor, residency });
  }

  /** @throws what registry, governor, session pool, batcher and runtime throw, the signal's reason, or Explained for a dry run */
  async infer<W extends Work>({ model: asked, work }: InferenceRequest<W>, context: RequestContext): Promise<InferenceResult<W>> {
    if (this.#closing) throw new ShuttingDownError();
    const model = typeof asked === 'string' ? await this.parts.registry.resolve(asked, context) : asked; // what exists
    if (context.dryRun) throw new Explained(await this.#explainer.explain(model, work, context));

    const candidate = await this.#sessions.choose(model, context); // which variant answers
    context.timings.model = candidate.label;
    const { metrics, statistics } = this.#boards.of(candidate.served);
    const startedAt = this.parts.clock.now();
    try {
      const output = await this.#answer({ model, candidate, work }, context);
      const totalMs = this.parts.clock.now() - startedAt;
      const rows = rowsOf(work);
      metrics.answered(rows, totalMs, context.timings);
      statistics.answered(rows, totalMs, context.timings);
      return { model: candidate.served, output: output as Output<W> };
    } catch (error) {
      metrics.failed(error);
      statistics.failed(this.parts.clock.now() - startedAt);
      throw error;
    }
  }

  /** Refuses what would not be admitted anyhow, before it is read. @throws what the governor throws of a full house */
  glance(context: RequestContext): void {
    if (!context.dryRun) this.parts.governor.glance(context);
  }

  /** Asks the version that a rollout names, and the stable one where that fails; a shadow gets its copy. */
  route<T>(model: ResolvedModel, call: RoutedCall<T>, context: RequestContext): Promise<T> {
    return this.#routing.route(model, call, context);
  }

  /** Loads it if need be and says what is loaded; does not bring back what was unloaded. @throws as infer */
  async describe(model: string | ResolvedModel, context: RequestContext = internalContext()): Promise<LoadedModel> {
    const resolved = typeof model === 'string' ? await this.parts.registry.resolve(model, context) : model;
    const { live } = this.#sessions.peek(resolved);
    if (live) return live.description;
    if (context.dryRun) throw new Explained(await this.#explainer.explain(resolved, undefined, context));
    using lease = await this.#sessions.lease(resolved, context);
    return lease.description;
  }

  /** Brings back what was unloaded, accepts files that have changed and loads them; what was loaded serves until then. */
  async load(reference: string, { by, ...policy }: KeepAlivePolicy & { readonly by?: string } = {}): Promise<LoadedModel> {
    const { registry } = this.parts;
    const { name, version: tag } = parseModelReference(reference);
    registry.offer(name, tag);
    await registry.refresh();
    await registry.repin(name, tag, by);
    const model = await registry.resolve(reference);
    if (policy.pinned !== undefined || policy.keepAliveMs !== undefined) this.#keepAlive.set(model.version, policy);
    return this.#sessions.reload(model);
  }

  /** Withdraws a model, or one version of it where the reference names one; requests already accepted finish. */
  async unload(reference: string): Promise<void> {
    const { name, version: tag = LATEST } = parseModelReference(reference);
    const one = tag === LATEST ? undefined : this.parts.registry.locate(name, tag).version;
    this.parts.registry.withdraw(name, tag);
    this.#keepAlive.forget(name, one);
    await this.#sessions.close(name, one);
  }

  loaded(): readonly LoadedModel[] {
    return this.#sessions.loaded();
  }

  loading(): readonly LoadProgress[] {
    return this.#sessions.loading();
  }

  /** What exists, with the models whose last load failed marked so; a folder that looks sound may still hold no model. */
  index(): readonly IndexEntry[] {
    const failures = this.#sessions.failures();
    return this.parts.registry.index().map((entry) => {
      const failure = entry.state === 'available' && failures.find(({ name, version }) => name === entry.name && version === entry.version);
      return failure ? { ...entry, state: 'failed', reason: `${failure.reason}; it is tried again in ${Math.ceil(failure.retryInMs / 1_000)} s` } : entry;
    });
  }

  statistics(): readonly ModelStatistics[] {
    return this.#boards.statistics();
  }

  /** Finishes what was accepted; `infer` throws from now on. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#strain[Symbol.dispose]();
    clearInterval(this.#sweep);
    await this.#sessions.closeAll();
  }

  #giveMemoryBack(stage: Stage): void {
    if (reaches(stage, 'shrink-caches')) this.#attempt(async () => this.parts.cache.shrink());
    if (reaches(stage, 'unload-idle')) this.#attempt(() => this.parts.residency.evictIdle('pressure'));
  }

  #letIdleGo(): void {
    const { governor, residency } = this.parts;
    if (reaches(governor.stage, 'unload-idle')) this.#attempt(() => residency.evictIdle('pressure')); // what was in use when the stage came
    else if (this.#keepAlive.limits) this.#attempt(() => residency.evictIdle('idle'));
  }

  /** Housekeeping that nobody waits for: a failure is noted where decisions are. */
  #attempt(job: () => Promise<void>): void {
    job().catch((error: unknown) => this.parts.governor.note({ kind: 'fault', reason: codeOf(error), subject: 'housekeeping' }));
  }

  #improve(version: ModelVersion): void {
    if (this.parts.derivesVariants && version.maxTokens > 0) void this.workshop.prepare(version);
  }

  /** Whoever asked for no variant is served by the better one from now on; what is loaded for it finishes. */
  async #takeUp(version: ModelVersion): Promise<void> {
    if (!this.#closing && this.#sessions.peek({ version }).live) await this.#sessions.reload({ version });
  }

  async #answer({ work, ...errand }: Errand, context: RequestContext): Promise<Output> {
    const cached = work.kind === 'tokens' ? await this.#cache.find(errand.candidate, work, context) : undefined;
    if (!cached) return this.#run({ ...errand, work }, context);
    if (cached.missing.length === 0) {
      await this.parts.governor.charge(A_HIT, context); // a hit costs no permit, but is a request
      return { kind: 'tokens', vectors: cached.filledWith([]) };
    }

    const rest = cached.rest();
    const vectors = context.cache === 'refresh' ? (await this.#run({ ...errand, work: rest }, context)).vectors : await this.#share({ ...errand, work: rest }, cached.keysOfRest(), context);
    await this.#cache.store(cached, vectors);
    return { kind: 'tokens', vectors: cached.filledWith(vectors) };
  }

  /** Whatever it is put together from, it is one request: a part that runs again because somebody else's run failed is not a second. */
  async #share({ work, ...errand }: Errand<TokenWork>, keys: readonly string[], context: RequestContext): Promise<readonly Float32Array[]> {
    let requests: 0 | 1 = 1;
    const run = async (positions: readonly number[]) => {
      const part = { ...errand, work: picked(work, positions), requests };
      requests = 0;
      return (await this.#run(part, context)).vectors;
    };
    const vectors = await this.#flights.share(keys, run, context);
    if (requests === 1) await this.parts.governor.charge(A_HIT, context); // others ran all of it
    return vectors;
  }

  /** The lease comes before the permit: a model with waiting requests is in use, and a cold load holds no part of the budget. */
  async #run<W extends Work>({ model, candidate, work, requests = 1 }: Errand<W>, context: RequestContext): Promise<Output<W>> {
    using session = await this.#sessions.lease(model, context); // what is loaded
    using permit = await this.parts.governor.admit({ ...demandOf(work, candidate.costModel, session.pace), requests }, context); // how much may be
    const output = await session.submit(work, context); // what runs together, how it runs
    permit.settle();
    return output as Output<W>;
  }
}

/** These rows of the work, the work itself where they are all of it. */
function picked(work: TokenWork, positions: readonly number[]): TokenWork {
  return positions.length === work.rows.length ? work : { ...work, rows: positions.map((position) => work.rows[position]!) };
}

function rowsOf(work: Work): number {
  return work.kind === 'tokens' ? work.rows.length : (Object.values(work.inputs)[0]?.shape[0] ?? 1);
}
