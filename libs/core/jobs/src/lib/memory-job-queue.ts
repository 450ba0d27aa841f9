import { JobQueue, type JobHandler, type WorkOptions } from './job-queue.port';
import { MemoryLane } from './memory-lane';

export interface MemoryJobQueueOptions {
  /** How often a job that threw comes back. Default 20. */
  readonly retries: number;
  /** Before it comes back first; then twice as long each time, up to `longestDelayMs`. Default 1 s. */
  readonly firstDelayMs: number;
  /** Default 60 s. */
  readonly longestDelayMs: number;
}

/** The queue of one process, which ends with it. */
export class MemoryJobQueue extends JobQueue {
  readonly #lanes = new Map<string, MemoryLane>();
  readonly #options: MemoryJobQueueOptions;

  constructor(options: Partial<MemoryJobQueueOptions> = {}) {
    super();
    this.#options = { retries: 20, firstDelayMs: 1_000, longestDelayMs: 60_000, ...options };
  }

  async add(lane: string, id: string, rank: number): Promise<void> {
    this.#lane(lane).add(id, rank);
  }

  async remove(lane: string, id: string): Promise<boolean> {
    return this.#lane(lane).remove(id);
  }

  work(lane: string, handler: JobHandler, { concurrency }: WorkOptions): AsyncDisposable {
    return this.#lane(lane).work(handler, concurrency);
  }

  async waiting(lane: string): Promise<number> {
    return this.#lane(lane).waiting;
  }

  /** A lane is a kind of job: there are few. */
  #lane(name: string): MemoryLane {
    const lane = this.#lanes.get(name) ?? new MemoryLane((failures) => this.#delayAfter(failures));
    this.#lanes.set(name, lane);
    return lane;
  }

  #delayAfter(failures: number): number | undefined {
    const { retries, firstDelayMs, longestDelayMs } = this.#options;
    return failures > retries ? undefined : Math.min(firstDelayMs * 2 ** (failures - 1), longestDelayMs);
  }
}
