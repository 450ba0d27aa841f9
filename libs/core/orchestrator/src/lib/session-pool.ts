import type { ModelRuntime } from '@cortex/inference';
import { CortexError, type Clock, type Metric, type Telemetry } from '@cortex/kernel';
import type { ResolvedModel } from '@cortex/model-registry';
import { LiveModel } from './live-model';
import { ModelMetrics } from './model-metrics';
import { StatisticsBoard, type ModelStatistics } from './model-statistics';
import type { Candidate, LoadedModel } from './served-model';
import type { VariantSelector } from './variant-selector';

const LOADS: Metric<'model' | 'outcome'> = { name: 'cortex_model_loads_total', help: 'Loads of a model, however many workers', labels: ['model', 'outcome'] };
const LOAD_DURATION: Metric = { name: 'cortex_model_load_duration_seconds', help: 'Time to load a model', labels: [], buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] };

/** A model that could not be loaded, and why. It is tried again when it is asked for after a while. */
export interface LoadFailure {
  readonly name: string;
  readonly version: string;
  readonly reason: string;
}

interface Slot {
  readonly candidate: Promise<Candidate>;
  live?: Promise<LiveModel>;
  /** Set when the load is through. */
  loaded?: LiveModel;
}

export interface SessionPoolParts {
  readonly selector: VariantSelector;
  readonly runtime: ModelRuntime;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** What is loaded: each variant once, however many ask at the same time. A load that failed is not tried again before its time. */
export class SessionPool {
  /** By `name@version+variant` as asked for. Bounded by what the registry knows. */
  readonly #slots = new Map<string, Slot>();
  /** By `name@version+variant` as served; kept when the model goes. */
  readonly #boards = new Map<string, { metrics: ModelMetrics; statistics: StatisticsBoard }>();
  /** Failed slots, by the same key. */
  readonly #failures = new Map<string, LoadFailure & { readonly retryAtMs: number }>();

  constructor(private readonly parts: SessionPoolParts) {}

  /** Which variant answers for this model; measured the first time. @throws LoadFailedError */
  choose(model: ResolvedModel): Promise<Candidate> {
    return this.#slotOf(model).candidate;
  }

  /** @throws LoadFailedError */
  async open(model: ResolvedModel): Promise<LiveModel> {
    const slot = this.#slotOf(model);
    return (slot.live ??= this.#load(model, slot));
  }

  boardOf({ served }: Candidate): { readonly metrics: ModelMetrics; readonly statistics: StatisticsBoard } {
    const key = `${served.name}@${served.version}+${served.variant}`;
    let board = this.#boards.get(key);
    if (!board) this.#boards.set(key, (board = { metrics: new ModelMetrics(this.parts.telemetry, served), statistics: new StatisticsBoard(served) }));
    return board;
  }

  /** Closes every loaded variant of a model; without a version, of all its versions. Waits until they are drained. */
  async close(name: string, version?: string): Promise<void> {
    const prefix = version === undefined ? `${name}@` : `${name}@${version}+`;
    const closing = [...this.#slots].filter(([key]) => key.startsWith(prefix));
    for (const [key] of closing) this.#forget(key);
    await Promise.all(closing.map(([, slot]) => closeSlot(slot)));
  }

  async closeAll(): Promise<void> {
    const slots = [...this.#slots.values()];
    this.#slots.clear();
    await Promise.all(slots.map(closeSlot));
  }

  loaded(): LoadedModel[] {
    return [...this.#slots.values()].flatMap(({ loaded }) => (loaded ? [loaded.description] : []));
  }

  failures(): LoadFailure[] {
    return [...this.#failures.values()].map(({ name, version, reason }) => ({ name, version, reason }));
  }

  statistics(): ModelStatistics[] {
    return [...this.#boards.values()].map(({ statistics }) => statistics.read());
  }

  #slotOf(model: ResolvedModel): Slot {
    const key = keyOf(model);
    const existing = this.#slots.get(key);
    if (existing && !this.#isDue(key)) return existing;
    this.#forget(key);
    const slot: Slot = { candidate: this.parts.selector.select(model) };
    this.#slots.set(key, slot);
    slot.candidate.catch((error: unknown) => this.#failed(model, error));
    return slot;
  }

  async #load(model: ResolvedModel, slot: Slot): Promise<LiveModel> {
    const candidate = await slot.candidate;
    try {
      slot.loaded = await this.#openSession(candidate);
    } catch (error) {
      this.#failed(model, error);
      throw error;
    }
    return slot.loaded;
  }

  async #openSession(candidate: Candidate): Promise<LiveModel> {
    const { clock, runtime, telemetry } = this.parts;
    const startedAt = clock.now();
    const session = await runtime.open(candidate.artifact);
    const loadMs = clock.now() - startedAt;
    telemetry.counter(LOADS, { model: candidate.served.name, outcome: 'ok' })();
    telemetry.histogram(LOAD_DURATION, {})(loadMs / 1000);
    return new LiveModel({ candidate, session, clock, loadMs, ...this.boardOf(candidate) });
  }

  #failed(model: ResolvedModel, error: unknown): void {
    const { name, version } = model.version;
    this.parts.telemetry.counter(LOADS, { model: name, outcome: 'failed' })();
    const waitMs = error instanceof CortexError ? (error.retryAfterMs ?? 0) : 0;
    const reason = error instanceof CortexError ? error.message : 'an internal error';
    this.#failures.set(keyOf(model), { name, version, reason, retryAtMs: this.parts.clock.now() + waitMs });
  }

  #isDue(key: string): boolean {
    const failure = this.#failures.get(key);
    return failure !== undefined && this.parts.clock.now() >= failure.retryAtMs;
  }

  #forget(key: string): void {
    this.#slots.delete(key);
    this.#failures.delete(key);
  }
}

function keyOf({ version, variant }: ResolvedModel): string {
  return `${version.name}@${version.version}+${variant ?? ''}`;
}

/** A slot whose load failed has nothing to close; whoever asked for it has had the error. */
async function closeSlot({ live, candidate }: Slot): Promise<void> {
  await Promise.allSettled([candidate]);
  const [outcome] = await Promise.allSettled([live]);
  if (outcome?.status === 'fulfilled') await outcome.value?.close();
}
