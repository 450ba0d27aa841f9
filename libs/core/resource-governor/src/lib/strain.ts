import { codeOf, type Clock, type Priority } from '@cortex/kernel';
import { Congestion } from './congestion';
import type { DecisionLog } from './decision-log';
import type { Every } from './every';
import { LoadShedError, OutOfMemoryError } from './governor.errors';
import type { GovernorOptions } from './governor.options';
import { HostWatch, type HostState } from './host-watch';
import type { ResourceProbe } from './resource-probe.port';
import { reaches, worse, type Stage } from './stage';

export interface StrainParts {
  readonly clock: Clock;
  readonly log: DecisionLog;
  readonly probe?: ResourceProbe | undefined;
  readonly every?: Every | undefined;
}

/** The stage in which machine and queue are together, who must know of it, and who is not taken in because of it. */
export class Strain implements Disposable {
  readonly #watch: HostWatch | undefined;
  readonly #congestion = new Congestion();
  readonly #listeners = new Set<(stage: Stage) => void>();
  #stage: Stage = 'normal';

  constructor(private readonly options: GovernorOptions, private readonly parts: StrainParts) {
    const { probe, clock, every } = parts;
    if (probe) this.#watch = new HostWatch(options, { probe, clock, ...(every && { every }), onStage: (_, reason) => this.#weigh(reason) });
  }

  get stage(): Stage {
    return this.#stage;
  }

  /** Whether the queue has been nearly full for long. */
  get isCongested(): boolean {
    return this.#congestion.lasts;
  }

  host(): HostState | undefined {
    return this.#watch?.state();
  }

  onStage(listener: (stage: Stage) => void): Disposable {
    const own = (stage: Stage) => listener(stage);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  /** Why a request of this priority is not taken in now. `backlogMs`: the time that the work ahead takes. */
  refusalOf(priority: Priority, backlogMs: number): LoadShedError | OutOfMemoryError | undefined {
    if (this.#stage === 'normal') return undefined;
    const retryAfterMs = Math.ceil(Math.max(this.options.sampleIntervalMs, backlogMs));
    const memory = this.#watch?.memory;
    if (memory && this.#stage === 'refuse' && priority !== 'critical') return new OutOfMemoryError(memory.usedBytes, memory.limitBytes, retryAfterMs);
    if (priority === 'low' && reaches(this.#stage, 'drop-low')) return new LoadShedError(priority, this.#stage, retryAfterMs);
    return undefined;
  }

  /** @throws LoadShedError, OutOfMemoryError */
  check(priority: Priority, backlogMs: number): void {
    const refusal = this.refusalOf(priority, backlogMs);
    if (refusal) throw refusal;
  }

  /** `crowding`: how full the waiting room is, 0 to 1. */
  lookAtRoom(crowding: number): void {
    const before = this.#congestion.lasts;
    if (this.#congestion.observe(crowding, this.parts.clock.now()) !== before) this.#weigh('queue');
  }

  [Symbol.dispose](): void {
    this.#watch?.[Symbol.dispose]();
    this.#listeners.clear();
  }

  #weigh(reason: 'memory' | 'blind' | 'queue'): void {
    const stage = worse(this.#watch?.stage ?? 'normal', this.#congestion.lasts ? 'drop-low' : 'normal');
    if (stage === this.#stage) return;
    this.#stage = stage;
    const pressure = this.#watch?.memory?.pressure;
    this.parts.log.note({ kind: 'stage', reason, subject: stage, ...(pressure !== undefined && { figures: { pressure } }) });
    for (const listener of this.#listeners) this.#tell(listener, stage);
  }

  /** One listener that fails must not keep the others from knowing. */
  #tell(listener: (stage: Stage) => void, stage: Stage): void {
    try {
      listener(stage);
    } catch (error) {
      this.parts.log.note({ kind: 'fault', reason: codeOf(error), subject: 'stage listener' });
    }
  }
}
