import type { Clock } from '@cortex/kernel';
import type { GpuReading } from '@cortex/resource-governor';
import { isUnreadable } from '../host.errors';
import type { NvidiaSmi } from './nvidia-smi';

/** Starting the tool takes a tenth of a second or more of a core: it is asked no more often. */
const FRESH_MS = 2_000;
/** Older figures are waited for instead of shown. */
const TOO_OLD_MS = 10_000;
const BACK_OFF_MS = { first: 2_000, most: 60_000 };

/** The NVIDIA cards, looked at beside the work: a reader takes the last figures while new ones are on their way. */
export class NvidiaGpus {
  #gpus: readonly GpuReading[] = [];
  #knownSinceMs = -Infinity;
  #trouble: unknown;
  #failures = 0;
  #askAtMs = -Infinity;
  /** The question that is out; at most one. */
  #asking: Promise<void> | undefined;

  constructor(private readonly tool: NvidiaSmi, private readonly clock: Clock) {}

  /** None where the tool does not exist. @throws what the last question ended in, until one succeeds again */
  async read(): Promise<readonly GpuReading[]> {
    const nowMs = this.clock.now();
    if (nowMs >= this.#askAtMs) this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    if (this.#trouble === undefined && nowMs - this.#knownSinceMs > TOO_OLD_MS) await this.#asking;
    if (this.#trouble !== undefined) throw this.#trouble;
    return this.#gpus;
  }

  async #ask(): Promise<void> {
    try {
      this.#know(await this.tool.query());
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A tool that does not exist is looked for once. */
  #know(gpus: readonly GpuReading[] | undefined): void {
    this.#gpus = gpus ?? [];
    this.#knownSinceMs = gpus ? this.clock.now() : Infinity;
    this.#askAtMs = gpus ? this.clock.now() + FRESH_MS : Infinity;
    this.#trouble = undefined;
    this.#failures = 0;
  }

  #fail(error: unknown): void {
    this.#trouble = error;
    this.#askAtMs = this.clock.now() + Math.min(BACK_OFF_MS.most, BACK_OFF_MS.first * 2 ** this.#failures);
    if (isUnreadable(error)) this.#failures += 1;
  }
}
