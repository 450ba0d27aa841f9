import type { Clock } from '@cortex/kernel';
import { every as byTimer, type Every } from './every';
import type { ResourceProbe, ResourceReading } from './resource-probe.port';
import { stageAt, type Stage } from './stage';

export interface HostWatchOptions {
  /** What may be used, in bytes; absent: what the machine or its container has. */
  readonly memoryLimitBytes?: number | undefined;
  /** What is used even when nothing runs: pressure counts from here. Absent: half of the limit. */
  readonly memoryReservedBytes?: number | undefined;
  readonly sampleIntervalMs: number;
}

/** Memory as it was last read. */
export interface MemoryState {
  readonly usedBytes: number;
  readonly limitBytes: number;
  readonly reservedBytes: number;
  /** 0 at the reserve, 1 at the limit; below 0 under the reserve. */
  readonly pressure: number;
}

/** What is known of the machine; `blindMs`: for how long nothing could be read. */
export interface HostState {
  readonly memory?: MemoryState;
  readonly reading?: ResourceReading;
  readonly unreadable: readonly string[];
  readonly blindMs: number;
}

export interface HostWatchParts {
  readonly probe: ResourceProbe;
  readonly clock: Clock;
  readonly every?: Every;
  /** Called when the stage has changed; `blind` when it ended because nothing could be read. */
  readonly onStage: (stage: Stage, reason: 'memory' | 'blind') => void;
}

/** The last stage is kept for so long without a reading. */
const BLIND_MS = 30_000;

/** Looks at the machine at an interval and says in which stage its memory is. */
export class HostWatch implements Disposable {
  #stage: Stage = 'normal';
  #memory: MemoryState | undefined;
  #reading: ResourceReading | undefined;
  #unreadable: readonly string[] = [];
  #readAt: number;
  #isReading = false;
  readonly #timer: Disposable;

  constructor(private readonly options: HostWatchOptions, private readonly parts: HostWatchParts) {
    const { clock, every = byTimer } = parts;
    this.#readAt = clock.now();
    this.#timer = every(options.sampleIntervalMs, () => void this.look());
  }

  get stage(): Stage {
    return this.#stage;
  }

  get memory(): MemoryState | undefined {
    return this.#memory;
  }

  state(): HostState {
    const [memory, reading] = [this.#memory, this.#reading];
    const blindMs = this.#unreadable.length === 0 ? 0 : this.parts.clock.now() - this.#readAt;
    return { unreadable: this.#unreadable, blindMs, ...(memory && { memory }), ...(reading && { reading }) };
  }

  /** One look, never two at once: a probe that does not answer is as good as one that cannot read. */
  async look(): Promise<void> {
    if (this.#isReading) return this.#sawNothing(['probe']);
    this.#isReading = true;
    try {
      this.#saw(await this.parts.probe.read());
    } catch {
      this.#sawNothing(['probe']);
    } finally {
      this.#isReading = false;
    }
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }

  #saw(reading: ResourceReading): void {
    this.#reading = reading;
    const memory = memoryOf(reading, this.options);
    if (!memory) return this.#sawNothing(reading.unreadable.length > 0 ? reading.unreadable : ['memory']);
    this.#memory = memory;
    this.#unreadable = reading.unreadable;
    this.#readAt = this.parts.clock.now();
    this.#enter(stageAt(memory.pressure, this.#stage), 'memory');
  }

  #sawNothing(unreadable: readonly string[]): void {
    this.#unreadable = unreadable;
    if (this.parts.clock.now() - this.#readAt < BLIND_MS) return;
    this.#memory = undefined;
    this.#enter('normal', 'blind');
  }

  #enter(stage: Stage, reason: 'memory' | 'blind'): void {
    if (stage === this.#stage) return;
    this.#stage = stage;
    this.parts.onStage(stage, reason);
  }
}

/** Without a word of the operator's a container may be filled, of a machine no more than this is taken. */
const SHARE_OF_MACHINE_BYTES = 8e9;

/** By whichever limit is nearer, the configured one or the machine's, each with what counts against it. */
function memoryOf(reading: ResourceReading, { memoryLimitBytes = reading.limitOf === 'machine' ? SHARE_OF_MACHINE_BYTES : Infinity, memoryReservedBytes = Infinity }: HostWatchOptions): MemoryState | undefined {
  const limitBytes = Math.min(memoryLimitBytes, reading.limitBytes ?? Infinity);
  const ownLimit = limitBytes < (reading.limitBytes ?? Infinity);
  const usedBytes = ownLimit ? (reading.residentBytes ?? reading.usedBytes) : (reading.usedBytes ?? reading.residentBytes);
  if (limitBytes === Infinity || usedBytes === undefined) return undefined;
  const reservedBytes = Math.min(memoryReservedBytes, limitBytes / 2);
  return { usedBytes, limitBytes, reservedBytes, pressure: (usedBytes - reservedBytes) / (limitBytes - reservedBytes) };
}
