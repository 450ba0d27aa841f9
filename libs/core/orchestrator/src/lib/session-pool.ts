import type { ModelRuntime } from '@cortex/inference';
import { CortexError, throwIfLeft, type Clock, type Metric, type RequestContext, type Telemetry } from '@cortex/kernel';
import type { ModelVersion, ResolvedModel } from '@cortex/model-registry';
import type { Residence, Residency } from '@cortex/resource-governor';
import { Choice } from './choice';
import type { KeepAlive } from './keep-alive';
import { LiveModel } from './live-model';
import { LoadFailures, type LoadFailure } from './load-failures';
import type { ModelBoards } from './model-boards';
import { TooManyWaitingError } from './orchestrator.errors';
import { MOST_WAITING, whileCallerWaits } from './patience';
import type { Candidate, LoadedModel } from './served-model';
import { SessionLease } from './session-lease';
import { SessionSlot, type LoadProgress } from './session-slot';
import type { VariantSelector } from './variant-selector';

const LOADS: Metric<'model' | 'outcome'> = { name: 'cortex_model_loads_total', help: 'Loads of a model, however many workers', labels: ['model', 'outcome'] };
const LOAD_DURATION: Metric = { name: 'cortex_model_load_duration_seconds', help: 'Time to load a model', labels: [], buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] };

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

/** What is loaded: each file once, however many ask at the same time and by whatever reference. A load that failed is not tried again before its time. */
export class SessionPool {
  /** By `name@version+variant` as asked for; each until what it names goes. Bounded by what the registry knows. */
  readonly #choices = new Map<string, Choice>();
  /** By what is opened. Bounded by what is chosen. */
  readonly #slots = new Map<string, SessionSlot>();
  readonly #failures: LoadFailures;

  constructor(private readonly parts: SessionPoolParts) {
    this.#failures = new LoadFailures(parts.clock);
  }

  /** Which variant answers for this model; measured the first time. @throws LoadFailedError, TooManyWaitingError, or the signal's reason */
  choose(model: ResolvedModel, context: RequestContext): Candidate | Promise<Candidate> {
    const choice = this.#choiceOf(model);
    return choice.chosen ?? choice.wait(context);
  }

  /** The model, loaded, for as long as the lease lasts. @throws LoadFailedError, NoRoomError, TooManyWaitingError, or the signal's reason */
  lease(model: ResolvedModel, context: RequestContext): SessionLease | Promise<SessionLease> {
    const choice = this.#choiceOf(model);
    const slot = choice.chosen && this.#slots.get(choice.chosen.sessionKey);
    return slot?.live ? new SessionLease(slot.live, slot.usage.hold()) : this.#loadAndLease(choice, context);
  }

  /** Loads the model as it lies on the disk now and lets the session that served it until then finish. @throws LoadFailedError, NoRoomError */
  async reload(model: ResolvedModel): Promise<LoadedModel> {
    const choice = this.#newChoice(model);
    let live: LiveModel;
    try {
      live = await this.#loadAnew(model, await choice.candidate);
    } catch (error) {
      if (this.#servingFor(choice.key)?.live) this.#failures.forget(choice.key); // it goes on serving
      throw error;
    }
    const before = this.#servingFor(choice.key); // now: it may have come while this one was loaded
    this.#choices.set(choice.key, choice);
    this.#failures.forget(choice.key);
    if (before && before.key !== choice.chosen?.sessionKey) await this.#giveUp(before, choice);
    return live.description;
  }

  /** Closes every loaded variant of a model; without a version, of all its versions. Waits until they are drained. */
  async close(name: string, version?: string): Promise<void> {
    const prefix = version === undefined ? `${name}@` : `${name}@${version}+`;
    await this.#close((key) => key.startsWith(prefix));
  }

  async closeAll(): Promise<void> {
    await this.#close(() => true);
  }

  loaded(): LoadedModel[] {
    return [...this.#slots.values()].flatMap(({ live }) => (live ? [live.description] : []));
  }

  loading(): LoadProgress[] {
    const measuring = [...this.#choices.values()].filter(({ chosen, usage }) => !chosen && usage.holds > 0).map((choice) => ({ ...choice, stage: 'measuring' as const }));
    const opening = [...this.#slots.values()].filter(({ live, loading }) => !live && loading !== undefined);
    const now = this.parts.clock.now();
    return [...measuring, ...opening].map(({ model: { version }, stage, startedAtMs, usage }) => ({
      name: version.name, version: version.version, stage, sinceMs: now - startedAtMs, waiting: usage.holds,
    }));
  }

  /** Which variant would answer; undefined while that is not known without measuring. */
  foresee(model: ResolvedModel): Promise<Candidate | undefined> {
    const choice = this.#choices.get(keyOf(model));
    return choice ? Promise.resolve(choice.chosen) : this.parts.selector.foresee(model);
  }

  /** How it stands with a model, without asking for it. */
  peek(model: ResolvedModel): { readonly live?: LiveModel; readonly loading: boolean } {
    const key = keyOf(model);
    const { live, loading } = this.#servingFor(key) ?? {};
    const choice = this.#choices.get(key);
    const isMeasured = choice !== undefined && !choice.chosen && choice.usage.holds > 0;
    return { ...(live && { live }), loading: !live && (loading !== undefined || isMeasured) };
  }

  failures(): LoadFailure[] {
    return this.#failures.list();
  }

  async #loadAndLease(choice: Choice, context: RequestContext): Promise<SessionLease> {
    const slot = this.#slotOf(choice.model, choice.chosen ?? (await choice.wait(context)));
    throwIfLeft(context); // before a load is begun that nobody would hear the error of
    if (slot.usage.holds >= MOST_WAITING) throw new TooManyWaitingError(slot.model.version.name, MOST_WAITING);
    const hold = slot.usage.hold();
    try {
      return new SessionLease(await whileCallerWaits((slot.loading ??= this.#load(slot)), context), hold);
    } catch (error) {
      hold[Symbol.dispose]();
      throw error;
    }
  }

  /** An operator's wish is tried at once, whatever failed before; what then fails is not kept while another file serves. */
  async #loadAnew(model: ResolvedModel, candidate: Candidate): Promise<LiveModel> {
    if (this.#failures.has(candidate.sessionKey)) this.#forget(candidate.sessionKey);
    const slot = this.#slotOf(model, candidate);
    try {
      return await (slot.loading ??= this.#load(slot));
    } catch (error) {
      if (this.#servingFor(keyOf(model))?.live) this.#forgetSlot(slot);
      throw error;
    }
  }

  /** The session that served until `choice` took its place: other references that named the same file follow where it was replaced, and keep it where another variant was chosen. */
  async #giveUp(slot: SessionSlot, { chosen }: Choice): Promise<void> {
    const isReplaced = slot.candidate.label === chosen?.label;
    if (isReplaced || ![...this.#choices.values()].some((other) => other.chosen?.sessionKey === slot.key)) await this.#leave(slot);
  }

  async #close(isMeant: (key: string) => boolean): Promise<void> {
    const choices = [...this.#choices.values()].filter(({ key }) => isMeant(key));
    const slots = [...this.#slots.values()].filter(({ key }) => isMeant(key));
    for (const { key } of choices) this.#choices.delete(key);
    for (const { key } of slots) this.#slots.delete(key);
    for (const { key } of [...choices, ...slots]) this.#failures.forget(key);
    await Promise.allSettled(choices.map(({ candidate }) => candidate));
    await Promise.all(slots.map((slot) => slot.retire()));
  }

  #servingFor(key: string): SessionSlot | undefined {
    const chosen = this.#choices.get(key)?.chosen;
    return chosen && this.#slots.get(chosen.sessionKey);
  }

  #choiceOf(model: ResolvedModel): Choice {
    const key = keyOf(model);
    const existing = this.#choices.get(key);
    if (existing && !this.#isDue(existing)) return existing;
    if (existing?.chosen) this.#forgetDue(existing.chosen.sessionKey);
    this.#failures.forget(key);
    const choice = this.#newChoice(model);
    this.#choices.set(key, choice);
    return choice;
  }

  #newChoice(model: ResolvedModel): Choice {
    const choice = new Choice(keyOf(model), model, this.parts.selector.select(model), this.parts.clock.now());
    choice.candidate.then((candidate) => (choice.chosen = candidate), (error: unknown) => this.#couldNotChoose(choice, error));
    return choice;
  }

  /** It failed, and may be tried again now. */
  #isDue({ key, chosen }: Choice): boolean {
    return this.#failures.isDue(key) || (chosen !== undefined && this.#failures.isDue(chosen.sessionKey));
  }

  #slotOf(model: ResolvedModel, candidate: Candidate): SessionSlot {
    this.#forgetDue(candidate.sessionKey);
    let slot = this.#slots.get(candidate.sessionKey);
    if (!slot) this.#slots.set(candidate.sessionKey, (slot = new SessionSlot(model, candidate, this.parts.clock.now())));
    return slot;
  }

  async #load(slot: SessionSlot): Promise<LiveModel> {
    try {
      const residence = await this.#moveIn(slot);
      slot.stage = 'opening';
      slot.live = await this.#openSession(slot.candidate, residence);
      slot.onIdle = () => residence.idle();
      this.parts.onLoaded(slot.model.version);
    } catch (error) {
      if (this.#failed(slot, error) === 'passing') this.#forgetSlot(slot);
      throw error;
    }
    return slot.live;
  }

  #moveIn(slot: SessionSlot): Promise<Residence> {
    const { sessionKey, served, memoryBytes, loadMs } = slot.candidate;
    const { version } = slot.model;
    return this.parts.residency.admit({
      key: sessionKey,
      identity: served.digest,
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

  /** Out of the way first, with all that names it, so that whoever asks from now on chooses anew. */
  async #leave(slot: SessionSlot): Promise<void> {
    if (this.#slots.get(slot.key) === slot) {
      this.#slots.delete(slot.key);
      for (const [key, { chosen }] of this.#choices) if (chosen?.sessionKey === slot.key) this.#choices.delete(key);
    }
    await slot.retire();
  }

  #couldNotChoose(choice: Choice, error: unknown): void {
    if (this.#failed(choice, error) === 'passing' && this.#choices.get(choice.key) === choice) this.#choices.delete(choice.key);
  }

  /** What the governor refuses may be possible a moment later: only a model's own failure is kept. */
  #failed({ key, model }: Choice | SessionSlot, error: unknown): 'passing' | 'kept' {
    this.parts.telemetry.counter(LOADS, { model: model.version.name, outcome: 'failed' })();
    if (error instanceof CortexError && error.code.startsWith('GOVERNOR.')) return 'passing';
    this.#failures.add(key, model, error);
    return 'kept';
  }

  #forgetSlot(slot: SessionSlot): void {
    if (this.#slots.get(slot.key) === slot) this.#forget(slot.key);
  }

  #forgetDue(sessionKey: string): void {
    if (this.#failures.isDue(sessionKey)) this.#forget(sessionKey);
  }

  #forget(sessionKey: string): void {
    this.#slots.delete(sessionKey);
    this.#failures.forget(sessionKey);
  }
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
