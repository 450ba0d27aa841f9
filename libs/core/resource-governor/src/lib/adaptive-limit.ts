export interface AdaptiveLimitOptions {
  /** The ceiling. */
  readonly budgetMs: number;
  /** The wait in the queue behind the door that is worth having: enough to batch well. */
  readonly targetWaitMs: number;
  /** Cores that always find work. */
  readonly reservedParallelism: number;
}

/** A move of the limit and the wait that caused it. */
export interface LimitMove {
  readonly limitMs: number;
  readonly beforeMs: number;
  readonly waitMs: number;
}

/** One request that ran. */
export interface WaitSample {
  /** How long it waited behind the door. */
  readonly queueMs: number;
  /** `generation` of the limit when it was let in. */
  readonly generation: number;
  /** Whether work waits at the door. */
  readonly pressed: boolean;
}

/** The shortest time that is looked at before the limit moves; as much work keeps a core supplied meanwhile. */
const INTERVAL_MS = 100;
/** Waits this near to the target move nothing, so that the limit rests. */
const DEAD_BAND = 0.1;
const MOST_SHRINK = 0.5;
const MOST_GROWTH = 1.25;

/**
 * How much work may be behind the door at once, by the least wait that anyone had there over an interval: only a queue that
 * stands for so long is one too many. Shrinks in proportion above the target, grows below it while work waits at the door.
 * Requests let in under an earlier limit say nothing about this one and are passed over, so it never moves twice for one cause.
 * Source: CoDel (RFC 8289), which looks at the minimum for the same reason.
 */
export class AdaptiveLimit {
  readonly floorMs: number;
  #limitMs: number;
  #generation = 0;
  /** The interval that runs, begun by its first sample. */
  #since: number | undefined;
  #leastMs = Infinity;
  #pressed = false;

  constructor(private readonly options: AdaptiveLimitOptions, private readonly onMove: (move: LimitMove) => void = () => undefined) {
    this.#limitMs = options.budgetMs;
    this.floorMs = Math.min(options.budgetMs, options.reservedParallelism * INTERVAL_MS);
  }

  get limitMs(): number {
    return this.#limitMs;
  }

  /** How often the limit has moved. */
  get generation(): number {
    return this.#generation;
  }

  observe({ queueMs, generation, pressed }: WaitSample, now: number): void {
    if (generation !== this.#generation) return;
    this.#since ??= now;
    if (queueMs < this.#leastMs) this.#leastMs = queueMs;
    this.#pressed ||= pressed;
    if (now - this.#since >= INTERVAL_MS) this.#decide();
  }

  #decide(): void {
    const waitMs = this.#leastMs;
    const factor = this.options.targetWaitMs / waitMs;
    if (factor < 1 - DEAD_BAND) this.#move(Math.max(factor, MOST_SHRINK), waitMs);
    else if (factor > 1 + DEAD_BAND && this.#pressed) this.#move(Math.min(factor, MOST_GROWTH), waitMs);
    this.#since = undefined;
    this.#leastMs = Infinity;
    this.#pressed = false;
  }

  #move(factor: number, waitMs: number): void {
    const beforeMs = this.#limitMs;
    this.#limitMs = Math.min(this.options.budgetMs, Math.max(this.floorMs, beforeMs * factor));
    if (this.#limitMs === beforeMs) return;
    this.#generation += 1;
    this.onMove({ limitMs: this.#limitMs, beforeMs, waitMs });
  }
}
