import { JobStoreUnavailableError, type JobKind, type JobRun, type JsonObject } from '@cortex/jobs';
import type { Clock, CortexError } from '@cortex/kernel';
import { refuseFiles } from './allowed-files';
import { Download } from './download';
import type { Incoming } from './incoming';
import type { IncomingVersion } from './incoming-version';
import type { Installer } from './installer';
import type { ModelSource, ModelSources, SourceModel } from './model-source.port';
import type { PullCheckpoint, PullRequest } from './pull';
import { PullRun } from './pull-run';
import { NameRefusedError, SourceTooSlowError, VersionExistsError, isResumable } from './transfer.errors';
import type { TransferLimits } from './transfers.options';
import { whileTelling } from './while-telling';

export interface PullParts {
  readonly sources: ModelSources;
  readonly incoming: Incoming;
  readonly installer: Installer;
  readonly limits: TransferLimits;
  readonly clock: Clock;
}

/** What one run works with. */
interface Work {
  readonly run: JobRun;
  readonly source: ModelSource;
  readonly seen: PullRun;
  readonly signal: AbortSignal;
}

/** The jobs that bring models from elsewhere. A run goes on from what an earlier one left on this machine. */
export class PullKind implements JobKind {
  readonly kind = 'model-pull';
  readonly concurrency: number;

  constructor(private readonly parts: PullParts) {
    this.concurrency = parts.limits.maxRunning;
  }

  async run(run: JobRun): Promise<JsonObject> {
    const { sources, clock, limits } = this.parts;
    const { source } = run.job.spec as unknown as PullRequest;
    const overtime = new AbortController();
    const timer = setTimeout(() => overtime.abort(new SourceTooSlowError(`the pull took more than ${limits.totalMs} ms`)), limits.totalMs);
    const work: Work = { run, source: sources.at(source), seen: new PullRun(clock), signal: AbortSignal.any([run.signal, overtime.signal]) };
    try {
      return await this.#bring(work);
    } catch (error) {
      throw causeOf(error, work.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  /** What a source or a disk refuses is for whoever asked to judge: asked again, it goes on. */
  comesBack(error: CortexError): boolean {
    return error instanceof JobStoreUnavailableError;
  }

  async #bring(work: Work): Promise<JsonObject> {
    const { run, source, seen, signal } = work;
    const { incoming, limits } = this.parts;
    await incoming.sweep();
    const model = renamed(await source.describe(signal), run.job.spec);
    const installed = { name: model.name, version: model.version };
    if (await this.#wasInstalled(run, model)) return installed;
    seen.described(model);
    refuseFiles(model.files, limits);
    using staged = await incoming.claim({ ...model, source: JSON.stringify(model.provenance) });
    await this.#bringInto(staged, model, work).catch(async (error: unknown) => {
      if (!isResumable(causeOf(error, signal))) await staged.remove();
      throw error;
    });
    return installed;
  }

  /** By a run that was cut off before it could say so. @throws VersionExistsError, NameRefusedError */
  async #wasInstalled({ job }: JobRun, { name, version }: SourceModel): Promise<boolean> {
    const { state }: Partial<PullCheckpoint> = job.checkpoint;
    try {
      await this.parts.installer.refuseTaken(name, version);
      return false;
    } catch (error) {
      if (state === 'verifying' && error instanceof VersionExistsError) return true;
      throw error;
    }
  }

  async #bringInto(staged: IncomingVersion, model: SourceModel, { run, source, seen, signal }: Work): Promise<void> {
    const download = new Download(source, staged, { limits: this.parts.limits, listener: seen, signal });
    const files = await whileTelling(run, seen, () => download.run(model.files));
    seen.verifying();
    await run.save(seen.progress);
    await this.parts.installer.install(staged, { provenance: model.provenance, files });
  }
}

/** What a stopped source throws is its own business: why it was stopped counts. */
function causeOf(error: unknown, signal: AbortSignal): unknown {
  return signal.aborted ? signal.reason : error;
}

/** A manifest fixes its own name and version; the rest takes the caller's. */
function renamed(model: SourceModel, { name = model.name, version = model.version }: Partial<PullRequest>): SourceModel {
  const isFixed = model.provenance.kind === 'http';
  if (isFixed && (name !== model.name || version !== model.version)) throw new NameRefusedError(`the manifest says '${model.name}@${model.version}', which cannot be installed under another name`);
  return { ...model, name, version };
}
