import { CortexError, SilentChangeSignal, SilentTelemetry, type ChangeSignal, type Telemetry } from '@cortex/kernel';
import { randomUUID } from 'node:crypto';
import { JobChanges, type JobNews } from './job-changes';
import type { JobKind } from './job-kind';
import { JobMetrics } from './job-metrics';
import type { JobQueue } from './job-queue.port';
import { hasEnded, type JobRecord, type JsonObject } from './job-record';
import { JobRecords } from './job-records';
import { JobRunner } from './job-runner';
import type { JobFilter, JobStore } from './job-store.port';
import { JobSweep } from './job-sweep';
import { cancelAsked, removing, retried } from './job-transitions';
import { JobNotFoundError, JobQueueUnavailableError } from './jobs.errors';
import { jobsOptionsSchema, type JobsOptions, type JobsSettings } from './jobs.options';
import { QueuedLimit } from './queued-limit';
import { repeated } from './repeated';

/** How often the queue's depth is asked for. */
const DEPTH_PAUSE_MS = 5_000;

export interface JobsParts {
  readonly store: JobStore;
  readonly queue: JobQueue;
  /** Default: other processes' changes are found by looking. */
  readonly signal?: ChangeSignal;
  readonly telemetry?: Telemetry;
  /** Hears of errors that are bugs. Default nobody. */
  readonly report?: (error: unknown) => void;
}

export interface JobOrder {
  readonly tenant: string;
  /** A registered one. */
  readonly kind: string;
  readonly spec: JsonObject;
  /** Units of work, where that is known already. */
  readonly total?: number;
  /** Smaller goes first, 0 or more. Default 0. */
  readonly rank?: number;
}

/**
 * Work that outlives a request and a crash. The record is the truth, the queue only says whose turn it is: a job that was submitted
 * ends exactly once, and one of its runs at a time can change its record.
 */
export class Jobs {
  readonly #kinds = new Map<string, JobKind>();
  readonly #settings: JobsSettings;
  readonly #changes: JobChanges;
  readonly #records: JobRecords;
  readonly #limit: QueuedLimit;
  readonly #metrics: JobMetrics;
  readonly #report: (error: unknown) => void;
  /** What is under way since `start`, in the order it began. */
  readonly #working: AsyncDisposable[] = [];
  #hasStarted = false;

  constructor(private readonly parts: JobsParts, options: JobsOptions = {}) {
    const { store, signal = new SilentChangeSignal(), telemetry = new SilentTelemetry(), report = () => undefined } = parts;
    this.#settings = jobsOptionsSchema.parse(options);
    this.#changes = new JobChanges(signal, this.#settings.pollMs);
    this.#records = new JobRecords(store, this.#changes);
    this.#limit = new QueuedLimit(store, this.#settings.mostQueuedPerTenant);
    this.#metrics = new JobMetrics(telemetry);
    this.#report = report;
  }

  /** Says how jobs of a kind are run, once for each kind; those that wait are begun as soon as both this and `start` were called. */
  register(kind: JobKind): void {
    if (this.#kinds.has(kind.kind)) throw new Error(`jobs of kind '${kind.kind}' are registered twice. This is a bug.`);
    this.#kinds.set(kind.kind, kind);
    this.#metrics.show(kind.kind);
    if (this.#hasStarted) this.#work(kind);
  }

  /** The job is kept when this returns, and will be run even if the queue cannot be reached now. @throws TooManyJobsError, JobStoreUnavailableError */
  async submit({ tenant, kind, spec, total, rank = 0 }: JobOrder): Promise<JobRecord> {
    if (!this.#kinds.has(kind)) throw new Error(`no jobs of kind '${kind}' are registered. This is a bug.`);
    await this.#limit.admit(tenant);
    const now = Date.now();
    const job: JobRecord = {
      id: randomUUID(), revision: 1, tenant, kind, state: 'queued', cancelRequested: false, spec, checkpoint: {},
      counts: { ...(total !== undefined && { total }), done: 0, failed: 0 }, rank, attempts: 0, setbacks: 0, createdAt: now, updatedAt: now,
    };
    await this.#records.insert(job);
    await this.#queueUp(job);
    return job;
  }

  /** @throws JobNotFoundError, also for another tenant's */
  async get(id: string, tenant: string): Promise<JobRecord> {
    const job = await this.#records.get(id);
    if (job.tenant !== tenant) throw new JobNotFoundError(id);
    return job;
  }

  /** Newest first. A page may be shorter than its limit although another one follows. */
  async list(filter: JobFilter): Promise<readonly JobRecord[]> {
    return (await this.parts.store.list(filter)).filter(({ removedAt }) => removedAt === undefined);
  }

  /** Ends one that waits; one that runs ends within a second or so. One that has ended stays as it is. @throws JobNotFoundError */
  async cancel(id: string, tenant: string): Promise<JobRecord> {
    const before = await this.get(id, tenant);
    const job = await this.#records.change(before, cancelAsked(Date.now()));
    if (job !== before && hasEnded(job)) {
      this.#metrics.became(job);
      await this.parts.queue.remove(job.kind, id).catch(passOverUnavailable); // its turn would find it ended
    }
    return job;
  }

  /** Runs a failed or cancelled one again, from where it stopped. @throws JobNotFoundError, JobStateError, TooManyJobsError */
  async retry(id: string, tenant: string): Promise<JobRecord> {
    const before = await this.get(id, tenant);
    retried(before); // says first what the state does not allow
    await this.#limit.admit(tenant);
    const job = await this.#records.change(before, retried);
    await this.#queueUp(job);
    return job;
  }

  /** Removes an ended one with all it made. @throws JobNotFoundError, JobStateError */
  async remove(id: string, tenant: string): Promise<void> {
    await this.#discard(await this.get(id, tenant));
  }

  /** The job as it is, and again after each change, soon even if another process made it, until it has ended or this process stops. @throws JobNotFoundError, the signal's reason */
  async *watch(id: string, tenant: string, signal: AbortSignal): AsyncGenerator<JobRecord, void> {
    using lookout = this.#changes.lookout(id);
    let news: JobNews | undefined = {};
    for (let seen = 0; news; news = await lookout.next(signal)) {
      const job: JobRecord = news.job ?? (await this.get(id, tenant));
      if (job.revision <= seen) continue; // nothing new, or told late
      seen = job.revision;
      yield job;
      if (hasEnded(job)) return;
    }
  }

  /** Begins to run jobs and to sweep. */
  start(): void {
    if (this.#hasStarted || !this.#settings.works) return;
    this.#hasStarted = true;
    for (const kind of this.#kinds.values()) this.#work(kind);
    const sweep = new JobSweep({ ...this.parts, settings: this.#settings, expire: (job) => this.#attempt(() => this.#discard(job)) });
    this.#working.push(this.#repeated(() => sweep.run(), this.#settings.sweepMs));
    this.#working.push(this.#repeated(() => this.#measure(), DEPTH_PAUSE_MS));
  }

  /** Runs end within their grace time, and their jobs go on elsewhere or after the restart. */
  async close(): Promise<void> {
    this.#hasStarted = false;
    await Promise.all(this.#working.splice(0).map(async (work) => work[Symbol.asyncDispose]()));
    this.#changes[Symbol.dispose]();
  }

  #work(kind: JobKind): void {
    const runner = new JobRunner(kind, { records: this.#records, changes: this.#changes, metrics: this.#metrics, settings: this.#settings, report: this.#report });
    this.#working.push(this.parts.queue.work(kind.kind, (id, stop) => runner.run(id, stop), { concurrency: kind.concurrency }));
  }

  /** A sweep adds what cannot be added now. */
  async #queueUp(job: JobRecord): Promise<void> {
    this.#metrics.became(job);
    await this.parts.queue.add(job.kind, job.id, job.rank).catch(passOverUnavailable);
  }

  /** From the first step on nobody finds it; a sweep ends what a crash interrupts. */
  async #discard(job: JobRecord): Promise<void> {
    const leaving = job.removedAt === undefined ? await this.#records.change(job, removing(Date.now())) : job;
    await this.#kinds.get(job.kind)?.discard?.(leaving);
    await this.#records.remove(leaving);
  }

  async #measure(): Promise<void> {
    for (const kind of this.#kinds.keys()) this.#metrics.waits(kind, await this.parts.queue.waiting(kind));
  }

  #repeated(task: () => Promise<void>, pauseMs: number): AsyncDisposable {
    return repeated(() => this.#attempt(task), pauseMs);
  }

  /** What is down says so itself, in health, and the next time tries again: only bugs are told. */
  #attempt(task: () => Promise<void>): Promise<void> {
    return task().catch((error: unknown) => {
      if (!(error instanceof CortexError)) this.#report(error);
    });
  }
}

function passOverUnavailable(error: unknown): void {
  if (!(error instanceof JobQueueUnavailableError)) throw error;
}
