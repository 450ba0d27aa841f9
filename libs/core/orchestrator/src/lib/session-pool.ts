import type { ModelRuntime } from '@cortex/inference';
import { CortexError, type Clock, type Metric, type RequestContext, type Telemetry } from '@cortex/kernel';
import type { ModelVersion, ResolvedModel } from '@cortex/model-registry';
import type { Residence, Residency } from '@cortex/resource-governor';
import type { KeepAlive } from './keep-alive';
import { LiveModel } from './live-model';
import { LoadFailures, type LoadFailure } from './load-failures';
import type { ModelBoards } from './model-boards';
import { TooManyWaitingError } from './orchestrator.errors';
import { whileCallerWaits } from './patience';
import type { Candidate, LoadedModel } from './served-model';
import { SessionLease } from './session-lease';
import { SessionSlot, type LoadProgress } from './session-slot';
import type { VariantSelector } from './variant-selector';

const LOADS: Metric<'model' | 'outcome'> = { name: 'cortex_model_loads_total', help: 'Loads of a model, however many workers', labels: ['model', 'outcome'] };
const LOAD_DURATION: Metric = { name: 'cortex_model_load_duration_seconds', help: 'Time to load a model', labels: [], buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] };
/** Requests that may wait for one model to be loaded. */
const MOST_WAITING = 1_000;

export interface SessionPoolParts {
  readonly selector: VariantSelector;
  readonly runtime: ModelRuntime;
  readonly residency: Residency;
  readonly keepAlive: KeepAlive;
  readonly boards: ModelBoards;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Told of every version that was loaded. */
  readonly onLoaded: (version: ModelVersion) => void;
}

/** What is loaded: each variant once, however many ask at the same time. A load that failed is not tried again before its time. */
export class SessionPool {
  /** By `name@version+variant` as asked for. Bounded by what the registry knows. */
  readonly #slots = new Map<string, SessionSlot>();
  readonly #failures: LoadFailures;

  constructor(private readonly parts: SessionPoolParts) {
    this.#failures = new LoadFailures(parts.clock);
  }

  /** Which variant answers for this model; measured the first time. @throws LoadFailedError */
  choose(model: ResolvedModel): Promise<Candidate> {
    return this.#slotOf(model).candidate;
  }

  /** The model, loaded, for as long as the lease lasts. @throws LoadFailedError, NoRoomError, TooManyWaitingError, or the signal's reason */
  lease(model: ResolvedModel, context: RequestContext): SessionLease | Promise<SessionLease> {
    const slot = this.#slotOf(model);
    return slot.live ? new SessionLease(slot.live, slot.usage.hold()) : this.#loadAndLease(slot, context);
  }

  /** Loads the model as it lies on the disk now and lets the session that served it until then finish. @throws LoadFailedError, NoRoomError */
  async reload(model: ResolvedModel): Promise<LoadedModel> {
    const old = this.#slots.get(keyOf(model));
    const slot = this.#newSlot(model);
    try {
      const { digest } = (await slot.candidate).served;
      if (old?.live?.description.digest === digest) return old.live.description;
      await (slot.loading = this.#load(slot));
    } catch (error) {
      if (old?.live) this.#failures.forget(slot.key); // it goes on serving
      throw error;
    }
    this.#slots.set(slot.key, slot);
    this.#failures.forget(slot.key);
    await old?.retire();
    return slot.live!.description;
  }

  /** Closes every loaded variant of a model; without a version, of all its versions. Waits until they are drained. */
  async close(name: string, version?: string): Promise<void> {
    const prefix = version === undefined ? `${name}@` : `${name}@${version}+`;
    const closing = [...this.#slots.values()].filter(({ key }) => key.startsWith(prefix));
    for (const { key } of closing) this.#forget(key);
    await Promise.all(closing.map((slot) => slot.retire()));
  }

  async closeAll(): Promise<void> {
    const slots = [...this.#slots.values()];
    this.#slots.clear();
    await Promise.all(slots.map((slot) => slot.retire()));
  }

  loaded(): LoadedModel[] {
    return [...this.#slots.values()].flatMap(({ live }) => (live ? [live.description] : []));
  }

  loading(): LoadProgress[] {
    const now = this.parts.clock.now();
    return [...this.#slots.values()].flatMap(({ live, loading, model: { version }, stage, startedAtMs, usage }) =>
      live || !loading ? [] : [{ name: version.name, version: version.version, stage, sinceMs: now - startedAtMs, waiting: usage.holds }],
    );
  }

  /** Which variant would answer; undefined while that is not known without measuring. */
  foresee(model: ResolvedModel): Promise<Candidate | undefined> {
    const slot = this.#slots.get(keyOf(model));
    return slot ? Promise.resolve(slot.chosen) : this.parts.selector.foresee(model);
  }

  /** How it stands with a model, without asking for it. */
  peek(model: ResolvedModel): { readonly live?: LiveModel; readonly loading: boolean } {
    const slot = this.#slots.get(keyOf(model));
    return { live: slot?.live, loading: slot?.loading !== undefined && slot.live === undefined };
  }

  failures(): LoadFailure[] {
    return this.#failures.list();
  }

  async #loadAndLease(slot: SessionSlot, context: RequestContext): Promise<SessionLease> {
    if (slot.usage.holds >= MOST_WAITING) throw new TooManyWaitingError(slot.model.version.name, MOST_WAITING);
    const hold = slot.usage.hold();
    try {
      return new SessionLease(await whileCallerWaits((slot.loading ??= this.#load(slot)), context), hold);
    } catch (error) {
      hold[Symbol.dispose]();
      throw error;
    }
  }

  #slotOf(model: ResolvedModel): SessionSlot {
    const key = keyOf(model);
    const existing = this.#slots.get(key);
    if (existing && !this.#failures.isDue(key)) return existing;
    this.#forget(key);
    const slot = this.#newSlot(model);
    this.#slots.set(key, slot);
    return slot;
  }

  #newSlot(model: ResolvedModel): SessionSlot {
    const slot = new SessionSlot(keyOf(model), model, this.parts.selector.select(model), this.parts.clock.now());
    slot.candidate.then((candidate) => (slot.chosen = candidate)).catch((error: unknown) => this.#failed(slot, error));
    return slot;
  }

  async #load(slot: SessionSlot): Promise<LiveModel> {
    const candidate = await slot.candidate;
    try {
      slot.stage = 'waiting for memory';
      const residence = await this.#moveIn(slot, candidate);
      slot.stage = 'opening';
      slot.live = await this.#openSession(candidate, residence);
      slot.onIdle = () => residence.idle();
      this.parts.onLoaded(slot.model.version);
    } catch (error) {
      this.#failed(slot, error);
      throw error;
    }
    return slot.live;
  }

  #moveIn(slot: SessionSlot, candidate: Candidate): Promise<Residence> {
    const { memoryBytes, loadMs } = candidate;
    const { version } = slot.model;
    return this.parts.residency.admit({
      key: tenancyNameOf(candidate),
      identity: candidate.served.digest,
      bytes: memoryBytes,
      reloadMs: loadMs,
      isPinned: () => this.parts.keepAlive.isPinned(version),
      keepAliveMs: () => this.parts.keepAlive.idleMs(version),
      isIdle: () => slot.usage.holds === 0,
      evict: () => this.#leave(slot),
    });
  }

  async #openSession(candidate: Candidate, residence: Residence): Promise<LiveModel> {
    const { clock, runtime, telemetry, boards } = this.parts;
    const startedAt = clock.now();
    try {
      const session = await runtime.open(candidate.artifact);
      const loadMs = clock.now() - startedAt;
      const memoryBytes = await residence.settle({ bytes: session.memoryBytes, loadMs });
      telemetry.counter(LOADS, { model: candidate.served.name, outcome: 'ok' })();
      telemetry.histogram(LOAD_DURATION, {})(loadMs / 1000);
      return new LiveModel({ candidate, session, residence, memoryBytes, clock, loadMs, ...boards.of(candidate.served) });
    } catch (error) {
      residence.release();
      throw error;
    }
  }

  /** Out of the way first, so that whoever asks from now on gets a new slot. */
  async #leave(slot: SessionSlot): Promise<void> {
    if (this.#slots.get(slot.key) === slot) this.#slots.delete(slot.key);
    await slot.retire();
  }

  /** What the governor refuses may be possible a moment later: only a model's own failure is kept. */
  #failed(slot: SessionSlot, error: unknown): void {
    this.parts.telemetry.counter(LOADS, { model: slot.model.version.name, outcome: 'failed' })();
    if (error instanceof CortexError && error.code.startsWith('GOVERNOR.')) this.#forgetSlot(slot);
    else this.#failures.add(slot.key, slot.model, error);
  }

  #forgetSlot(slot: SessionSlot): void {
    if (this.#slots.get(slot.key) === slot) this.#forget(slot.key);
  }

  #forget(key: string): void {
    this.#slots.delete(key);
    this.#failures.forget(key);
  }
}

/** How the governor knows a loaded model; two files of one version may be loaded while they are swapped. */
export function tenancyNameOf({ label, served }: Candidate): string {
  return `${label} ${served.digest.slice('sha256:'.length, 'sha256:'.length + 8)}`;
}

/** The registry gives the same answer for the same reference, so that its key is put together once. */
const KEYS = new WeakMap<ResolvedModel, string>();

function keyOf(model: ResolvedModel): string {
  let key = KEYS.get(model);
  if (key === undefined) {
    const { version, variant } = model;
    key = `${version.name}@${version.version}+${variant ?? ''}`;
    KEYS.set(model, key);
  }
  return key;
}
