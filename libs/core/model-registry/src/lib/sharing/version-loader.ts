import { CortexError, type Clock } from '@cortex/kernel';
import type { ArtifactStore } from '@cortex/objects';
import { digestOfFiles } from '../digest';
import { Line } from '../line';
import { kept, type ModelRecord } from '../model-record';
import type { ModelRecords } from '../model-records';
import type { FilePin } from '../model-version';
import { refuseFiles } from '../sources/allowed-files';
import { Download } from '../sources/download';
import type { Incoming } from '../sources/incoming';
import type { Installer } from '../sources/installer';
import { ModelRefusedError, TransferInterruptedError, VersionExistsError } from '../sources/transfer.errors';
import type { TransferLimits } from '../sources/transfers.options';
import { Arrival, type SharingLog } from './arrival';
import { VersionComingError } from './sharing.errors';
import { VersionSupply } from './version-supply.port';

/** How long what failed for good is not tried again for whoever asks. */
const REFUSED_MS = 60_000;

export interface LoaderParts {
  readonly artifacts: ArtifactStore;
  readonly records: ModelRecords;
  readonly incoming: Incoming;
  /** Tells no catalogue: the record knows the version. */
  readonly installer: Installer;
  readonly limits: TransferLimits;
  /** How long a request waits for a version. */
  readonly patienceMs: number;
  readonly clock: Clock;
  readonly log: SharingLog;
}

interface Failure {
  readonly error: unknown;
  /** Of the files that could not be brought: others may fare better. */
  readonly digest: string;
  readonly untilMs: number;
}

/** Brings shared versions into this machine's folder: each once, however many ask, verified and installed as a pull is. */
export class VersionLoader extends VersionSupply {
  /** By `name@version`; those that are on their way. */
  readonly #arrivals = new Map<string, Arrival>();
  /** By `name@version`; a failure is everybody's until its time is over. No more than what is shared. */
  readonly #failures = new Map<string, Failure>();
  readonly #line: Line;
  readonly #closing = new AbortController();

  constructor(private readonly parts: LoaderParts) {
    super();
    this.#line = new Line(parts.limits.maxRunning);
  }

  async bring(name: string, version: string, signal?: AbortSignal): Promise<void> {
    const record = this.parts.records.of(name);
    const files = kept(record.shared, version);
    if (files) await this.#arrivalOf(version, { record, files }).within(this.parts.patienceMs, signal);
    // Who took it in has not shared it yet.
    else if (kept(record.provenance, version)) throw new VersionComingError(name, version);
  }

  /** The same for whoever has time: waits to the end. */
  async fetch(name: string, version: string): Promise<void> {
    const record = this.parts.records.of(name);
    const files = kept(record.shared, version);
    if (files) await this.#arrivalOf(version, { record, files }).done;
  }

  /** What is on its way stops, and goes on at the next start. */
  async close(): Promise<void> {
    this.#closing.abort(new TransferInterruptedError());
    await Promise.allSettled([...this.#arrivals.values()].map(({ done }) => done));
  }

  #arrivalOf(version: string, { record, files }: { readonly record: ModelRecord; readonly files: readonly FilePin[] }): Arrival {
    const key = `${record.name}@${version}`;
    const { clock, log } = this.parts;
    const underWay = this.#arrivals.get(key);
    if (underWay) return underWay;
    const arrival = new Arrival(record.name, version, { files, clock, log });
    const failure = this.#failures.get(key);
    if (failure?.digest === digestOfFiles(files) && clock.now() < failure.untilMs) arrival.done = Promise.reject(failure.error);
    else {
      this.#arrivals.set(key, arrival);
      arrival.done = this.#line.run(() => this.#load(version, { record, files, arrival })).catch((error: unknown) => this.#failed(key, files, error)).finally(() => this.#arrivals.delete(key));
    }
    arrival.done.catch(() => undefined); // whoever waits hears of it
    return arrival;
  }

  async #load(version: string, { record: { name, provenance }, files, arrival }: { readonly record: ModelRecord; readonly files: readonly FilePin[]; readonly arrival: Arrival }): Promise<void> {
    const { incoming, installer, limits, artifacts } = this.parts;
    const { signal } = this.#closing;
    signal.throwIfAborted();
    if (await isTaken(installer, name, version)) return;
    refuseFiles(files, limits);
    await incoming.sweep();
    using staged = await incoming.claim({ name, version, source: 'shared' });
    const source: ConstructorParameters<typeof Download>[0] = {
      open: async ({ sha256 = '' }, { bytes }) => ({ startsAt: bytes, chunks: artifacts.read(sha256, { start: bytes, signal }) }),
    };
    const found = await new Download(source, staged, { limits, listener: arrival, signal }).run(files);
    await installer.install(staged, { provenance: kept(provenance, version) ?? { kind: 'upload' }, files: found }).catch(async (error: unknown) => {
      if (error instanceof ModelRefusedError) await staged.remove();
      throw error;
    });
    arrival.ended();
  }

  #failed(key: string, files: readonly FilePin[], error: unknown): never {
    const retryMs = (error instanceof CortexError ? error.retryAfterMs : undefined) ?? REFUSED_MS;
    this.#failures.set(key, { error, digest: digestOfFiles(files), untilMs: this.parts.clock.now() + retryMs });
    throw error;
  }
}

/** It may have come another way meanwhile. @throws NameRefusedError */
async function isTaken(installer: Installer, name: string, version: string): Promise<boolean> {
  try {
    await installer.refuseTaken(name, version);
    return false;
  } catch (error) {
    if (!(error instanceof VersionExistsError)) throw error;
    return true;
  }
}
