import { JobNotFoundError, type JobRecord, type Jobs } from '@cortex/jobs';
import { plain, progressOf, type PullProgress, type PullRequest } from './pull';
import { PullKind, type PullParts } from './pull-kind';
import { TooManyTransfersError, TransferNotFoundError } from './transfer.errors';

/** Models are everybody's: their pulls belong to no caller. */
const TENANT = 'system';
/** How many pulls are listed. */
const LISTED = 100;
/** A run ends within a second of being cancelled; one whose process died, when another one has taken it over. */
const CANCEL_MS = 15_000;

/** Brings models from elsewhere, a few at a time; whoever asks for one that is on its way is told of that one. They outlive the server, and are everybody's who shares the jobs. */
export class Pulls {
  /** The end of the latest start: so that two in this process see each other. */
  #turn: Promise<unknown> = Promise.resolve();
  readonly #kind: PullKind;

  constructor(private readonly jobs: Jobs, private readonly parts: PullParts) {
    this.#kind = new PullKind(parts);
    jobs.register(this.#kind);
  }

  /** Does not wait for it. @throws SourceForbiddenError, TooManyTransfersError, JobStoreUnavailableError */
  start(request: PullRequest): Promise<PullProgress> {
    const started = this.#turn.then(() => this.#start(request));
    this.#turn = started.catch(() => undefined); // whoever asked hears of it
    return started;
  }

  /** The latest hundred, newest first. */
  async list(): Promise<readonly PullProgress[]> {
    return (await this.jobs.list({ ...this.#ours, limit: LISTED })).map(progressOf);
  }

  /** @throws TransferNotFoundError */
  async get(id: string): Promise<PullProgress> {
    return progressOf(await this.#find(id));
  }

  /** Each change, until it is over or this process stops. @throws TransferNotFoundError, the signal's reason */
  async *watch(id: string, signal: AbortSignal): AsyncGenerator<PullProgress, void> {
    await this.#find(id);
    for await (const job of this.jobs.watch(id, TENANT, signal)) yield progressOf(job);
  }

  /** Stops it and removes what has come; one that is over stays as it is. @throws TransferNotFoundError */
  async cancel(id: string): Promise<PullProgress> {
    const before = await this.#find(id);
    const asked = await this.jobs.cancel(id, TENANT);
    if (before.state === 'queued') await this.#discard(before);
    return asked.state === 'running' ? this.#end(id) : progressOf(asked);
  }

  get #ours() {
    return { tenant: TENANT, kind: this.#kind.kind };
  }

  async #start(request: PullRequest): Promise<PullProgress> {
    const { sources, limits } = this.parts;
    sources.at(request.source); // says at once what may not be asked
    const limit = limits.maxWaiting + limits.maxRunning;
    const open = await this.jobs.list({ ...this.#ours, states: ['queued', 'running'], limit: limit + 1 });
    const spec = plain(request);
    const same = open.find((job) => !job.cancelRequested && JSON.stringify(job.spec) === JSON.stringify(spec));
    if (same) return progressOf(same);
    if (open.length >= limit) throw new TooManyTransfersError(open.length, limit);
    return progressOf(await this.jobs.submit({ ...this.#ours, spec }));
  }

  async #find(id: string): Promise<JobRecord> {
    const job = await this.jobs.get(id, TENANT).catch((error: unknown) => {
      throw error instanceof JobNotFoundError ? new TransferNotFoundError(id) : error;
    });
    if (job.kind !== this.#kind.kind) throw new TransferNotFoundError(id);
    return job;
  }

  /** As far as it got, where that takes too long. */
  async #end(id: string): Promise<PullProgress> {
    const patience = AbortSignal.timeout(CANCEL_MS);
    try {
      for await (const _progress of this.watch(id, patience));
    } catch (error) {
      if (!patience.aborted) throw error;
    }
    return this.get(id);
  }

  /** Of one that waited for its next run. */
  async #discard(job: JobRecord): Promise<void> {
    const { name, version } = progressOf(job);
    if (name !== undefined && version !== undefined) await this.parts.incoming.discard(name, version);
  }
}
