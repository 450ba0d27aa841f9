import { JobQueue, JobQueueUnavailableError, type JobHandler, type WorkOptions } from '@cortex/jobs';
import { systemCodeOf, type DependencyHealth } from '@cortex/kernel';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Backing, LaneQueue } from './backing';
import { bullmqOptionsSchema, type BullmqOptions, type BullmqSettings } from './bullmq.options';
import { PostgresBacking } from './postgres-backing';
import { Rarely } from './rarely';
import { RedisBacking } from './redis-backing';
import { SteadyWorker } from './steady-worker';

/** BullMQ's largest. */
const MOST_RANK = 2_097_152;
const WARN_PAUSE_MS = 30_000;

export interface BullmqParts {
  readonly health?: DependencyHealth;
  /** Hears of what goes wrong behind the scenes, at most twice a minute. Default nobody. */
  readonly warn?: (message: string) => void;
}

/** Job ids in BullMQ's queues, one a lane, in Redis or PostgreSQL. */
export class BullmqJobQueue extends JobQueue implements AsyncDisposable {
  readonly #settings: BullmqSettings;
  readonly #backing: Backing;
  /** By lane; one that could not be opened is tried again. */
  readonly #queues = new Map<string, Promise<LaneQueue>>();
  readonly #warnings: Rarely;

  constructor(options: BullmqOptions, private readonly parts: BullmqParts = {}) {
    super();
    this.#settings = bullmqOptionsSchema.parse(options);
    const { redisUrl: url, cluster, postgres } = this.#settings;
    this.#backing = url === undefined ? new PostgresBacking(postgres!, this.#settings) : new RedisBacking({ url, cluster }, this.#settings);
    this.#warnings = new Rarely(WARN_PAUSE_MS, parts.warn ?? (() => undefined));
  }

  async add(lane: string, id: string, rank: number): Promise<void> {
    await this.#ask(lane, (queue) => queue.add('job', {}, { jobId: id, priority: Math.min(rank, MOST_RANK) }));
    this.#backing.added(lane);
  }

  async remove(lane: string, id: string): Promise<boolean> {
    return this.#ask(lane, async (queue) => {
      if ((await queue.getJobState(id)) === 'unknown') return false;
      return (await queue.remove(id)) === 1;
    });
  }

  work(lane: string, handler: JobHandler, { concurrency }: WorkOptions): AsyncDisposable {
    const failed = (error: unknown) => this.#warnings.say(`the job queue's worker for '${lane}': ${reasonOf(error)}`);
    return new SteadyWorker(this.#backing, { lane, handler, concurrency, closeMs: this.#settings.closeMs, failed });
  }

  async waiting(lane: string): Promise<number> {
    return this.#ask(lane, async (queue) => {
      const { waiting = 0, prioritized = 0, delayed = 0 } = await queue.getJobCounts('waiting', 'prioritized', 'delayed');
      return waiting + prioritized + delayed;
    });
  }

  /** After its workers. */
  async [Symbol.asyncDispose](): Promise<void> {
    const queues = [...this.#queues.values()];
    this.#queues.clear();
    const closing = Promise.allSettled(queues.map(async (queue) => (await queue).close()));
    await Promise.race([closing, sleep(this.#settings.closeMs, undefined, { ref: false })]);
    await this.#backing[Symbol.asyncDispose]();
  }

  /** @throws JobQueueUnavailableError, as a rule at the latest after the time-out */
  async #ask<T>(lane: string, call: (queue: LaneQueue) => Promise<T>): Promise<T> {
    const { health } = this.parts;
    try {
      if (this.#backing.isAway) throw new Error('away');
      await this.#backing.prepare(); // at the first start it makes tables, which takes as long as it takes
      const answer = await this.#inTime(this.#queue(lane).then(call));
      health?.up();
      return answer;
    } catch (error) {
      health?.down('JOBS.QUEUE_UNAVAILABLE');
      throw new JobQueueUnavailableError(error);
    }
  }

  async #inTime<T>(answer: Promise<T>): Promise<T> {
    const over = new AbortController();
    const late = sleep(this.#settings.timeoutMs, undefined, { signal: over.signal, ref: false }).then(() => {
      throw new Error(`no answer within ${this.#settings.timeoutMs} ms`);
    });
    late.catch(() => undefined); // the race hears of it, if it still runs
    return Promise.race([answer, late]).finally(() => over.abort());
  }

  #queue(lane: string): Promise<LaneQueue> {
    const known = this.#queues.get(lane);
    if (known !== undefined) return known;
    const opening = this.#open(lane);
    this.#queues.set(lane, opening);
    opening.catch(() => this.#queues.delete(lane)); // the next call tries anew; who waits hears of it
    return opening;
  }

  async #open(lane: string): Promise<LaneQueue> {
    const queue = this.#backing.queue(lane);
    queue.on('error', (error) => this.#warnings.say(`the job queue '${lane}': ${reasonOf(error)}`));
    try {
      await queue.waitUntilReady();
      return queue;
    } catch (error) {
      await queue.close();
      throw error;
    }
  }
}

/** The system's code, or what BullMQ says of a job; never an address. */
function reasonOf(error: unknown): string {
  return systemCodeOf(error) ?? (error instanceof Error ? error.message : 'unknown');
}
