import { CortexError, type Clock } from '@cortex/kernel';
import { refuseFiles } from './allowed-files';
import { Download } from './download';
import type { Incoming } from './incoming';
import type { IncomingVersion } from './incoming-version';
import type { Installer } from './installer';
import type { ModelSources, SourceModel } from './model-source.port';
import { Pull, type PullProgress, type PullRequest } from './pull';
import { NameRefusedError, SourceTooSlowError, TooManyTransfersError, TransferCancelledError, TransferInterruptedError, TransferNotFoundError, isResumable } from './transfer.errors';
import type { TransferLimits } from './transfers.options';

/** How many pulls that are over can still be asked about. */
const REMEMBERED = 100;

export interface PullParts {
  readonly sources: ModelSources;
  readonly incoming: Incoming;
  readonly installer: Installer;
  readonly limits: TransferLimits;
  readonly clock: Clock;
  /** Hears of errors that are bugs. */
  readonly report: (error: unknown) => void;
}

/** Brings models from elsewhere, a few at a time; whoever asks for one that is on its way is told of that one. */
export class Pulls {
  /** Oldest first; of those that are over, the latest `REMEMBERED`. */
  readonly #pulls = new Map<string, Pull>();
  /** In the order they came. */
  readonly #waiting: Pull[] = [];
  #running = 0;
  #isClosed = false;

  constructor(private readonly parts: PullParts) {}

  /** Returns at once. @throws SourceForbiddenError, TooManyTransfersError, TransferInterruptedError once closed */
  start(request: PullRequest): PullProgress {
    if (this.#isClosed) throw new TransferInterruptedError();
    const same = this.#under(request);
    if (same) return same.progress;
    const pull = new Pull(request, this.parts.sources.at(request.source), this.parts.clock);
    const { maxWaiting, maxRunning } = this.parts.limits;
    if (this.#waiting.length >= maxWaiting) throw new TooManyTransfersError(this.#waiting.length + this.#running, maxWaiting + maxRunning);
    this.#pulls.set(pull.id, pull);
    this.#waiting.push(pull);
    this.#runNext();
    this.#forgetOldest();
    return pull.progress;
  }

  /** Newest first. */
  list(): readonly PullProgress[] {
    return [...this.#pulls.values()].map(({ progress }) => progress).reverse();
  }

  /** @throws TransferNotFoundError */
  get(id: string): PullProgress {
    return this.#find(id).progress;
  }

  /** Stops it and removes what has come; one that is over stays as it is. @throws TransferNotFoundError */
  async cancel(id: string): Promise<PullProgress> {
    const pull = this.#find(id);
    this.#stop(pull, new TransferCancelledError());
    await pull.finished;
    return pull.progress;
  }

  /** Stops all and keeps what has come. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const pulls = [...this.#pulls.values()];
    for (const pull of pulls) this.#stop(pull, new TransferInterruptedError());
    await Promise.all(pulls.map(({ finished }) => finished));
  }

  #under(request: PullRequest): Pull | undefined {
    const key = JSON.stringify(request);
    return [...this.#pulls.values()].find((pull) => !pull.isOver && JSON.stringify(pull.request) === key);
  }

  #find(id: string): Pull {
    const pull = this.#pulls.get(id);
    if (pull === undefined) throw new TransferNotFoundError(id);
    return pull;
  }

  #stop(pull: Pull, reason: TransferCancelledError | TransferInterruptedError): void {
    if (pull.isOver) return;
    pull.stop(reason);
    const position = this.#waiting.indexOf(pull);
    if (position < 0) return;
    this.#waiting.splice(position, 1);
    pull.failed(reason);
  }

  #runNext(): void {
    while (this.#running < this.parts.limits.maxRunning) {
      const pull = this.#waiting.shift();
      if (pull === undefined) return;
      this.#running += 1;
      pull.started();
      pull.finished = this.#run(pull).finally(() => {
        this.#running -= 1;
        this.#runNext();
      });
    }
  }

  /** Never rejects: how it ended stands in the pull. */
  async #run(pull: Pull): Promise<void> {
    const overtime = new AbortController();
    const { totalMs } = this.parts.limits;
    const timer = setTimeout(() => overtime.abort(new SourceTooSlowError(`the pull took more than ${totalMs} ms`)), totalMs);
    const signal = AbortSignal.any([pull.signal, overtime.signal]);
    try {
      await this.#bring(pull, signal);
      pull.installed();
    } catch (error) {
      const reason = causeOf(error, signal);
      if (!(reason instanceof CortexError)) this.parts.report(reason);
      pull.failed(reason);
    } finally {
      clearTimeout(timer);
    }
  }

  async #bring(pull: Pull, signal: AbortSignal): Promise<void> {
    const { incoming, limits } = this.parts;
    await incoming.sweep();
    const model = renamed(await pull.source.describe(signal), pull.request);
    pull.described(model);
    await this.parts.installer.refuseTaken(model.name, model.version);
    refuseFiles(model.files, limits);
    using staged = await incoming.claim({ ...model, source: JSON.stringify(model.provenance) });
    await this.#bringInto(staged, { pull, model, signal }).catch(async (error: unknown) => {
      if (!isResumable(causeOf(error, signal))) await staged.remove();
      throw error;
    });
  }

  async #bringInto(staged: IncomingVersion, { pull, model, signal }: { readonly pull: Pull; readonly model: SourceModel; readonly signal: AbortSignal }): Promise<void> {
    const download = new Download(pull.source, staged, { limits: this.parts.limits, listener: pull, signal });
    const files = await download.run(model.files);
    pull.verifying();
    await this.parts.installer.install(staged, { provenance: model.provenance, files });
  }

  #forgetOldest(): void {
    const over = [...this.#pulls.values()].filter(({ isOver }) => isOver);
    for (const { id } of over.slice(0, Math.max(0, over.length - REMEMBERED))) this.#pulls.delete(id);
  }
}

/** What a stopped source throws is its own business: why it was stopped counts. */
function causeOf(error: unknown, signal: AbortSignal): unknown {
  return signal.aborted ? signal.reason : error;
}

/** A manifest fixes its own name and version; the rest takes the caller's. */
function renamed(model: SourceModel, { name = model.name, version = model.version }: PullRequest): SourceModel {
  const isFixed = model.provenance.kind === 'http';
  if (isFixed && (name !== model.name || version !== model.version)) throw new NameRefusedError(`the manifest says '${model.name}@${model.version}', which cannot be installed under another name`);
  return { ...model, name, version };
}
