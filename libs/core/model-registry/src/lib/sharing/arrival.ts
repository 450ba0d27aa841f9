import { formatBytes, type Clock } from '@cortex/kernel';
import type { FilePin } from '../model-version';
import type { DownloadListener } from '../sources/download';
import { VersionComingError } from './sharing.errors';

/** Between two lines of progress in the log. */
const SAY_MS = 10_000;

/** What a replica does about shared versions, for its operator. */
export interface SharingLog {
  info(message: string): void;
  warn(message: string): void;
}

/** One shared version on its way here, and whoever waits for it. */
export class Arrival implements DownloadListener {
  readonly #totalBytes: number;
  readonly #startedAtMs: number;
  #bytes = 0;
  #saidAtMs: number;
  /** Settles as the arrival ends. */
  done: Promise<void> = Promise.resolve();

  constructor(private readonly name: string, private readonly version: string, private readonly parts: { readonly files: readonly FilePin[]; readonly clock: Clock; readonly log: SharingLog }) {
    this.#totalBytes = parts.files.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#startedAtMs = parts.clock.now();
    this.#saidAtMs = this.#startedAtMs;
  }

  began(_file: unknown, bytes: number): void {
    this.grew(bytes);
  }

  grew(bytes: number): void {
    this.#bytes += bytes;
    const { clock, log } = this.parts;
    if (clock.now() - this.#saidAtMs < SAY_MS) return;
    this.#saidAtMs = clock.now();
    log.info(`${this.name}@${this.version} is on its way: ${formatBytes(this.#bytes)} of ${formatBytes(this.#totalBytes)}`);
  }

  ended(): void {
    const seconds = ((this.parts.clock.now() - this.#startedAtMs) / 1_000).toFixed(1);
    this.parts.log.info(`${this.name}@${this.version} has come: ${this.parts.files.length} files, ${formatBytes(this.#totalBytes)}, ${seconds} s`);
  }

  /** Waits for it, but not for ever. @throws VersionComingError after `patienceMs`, the signal's reason, and why it did not come */
  async within(patienceMs: number, signal?: AbortSignal): Promise<void> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(this.#comingError()), patienceMs);
    try {
      await unlessAborted(this.done, signal ? AbortSignal.any([signal, patience.signal]) : patience.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  #comingError(): VersionComingError {
    const elapsedMs = this.parts.clock.now() - this.#startedAtMs;
    const etaMs = this.#bytes > 0 ? (elapsedMs * (this.#totalBytes - this.#bytes)) / this.#bytes : undefined;
    return new VersionComingError(this.name, this.version, { bytes: this.#bytes, totalBytes: this.#totalBytes, etaMs });
  }
}

/** What comes of it, unless the signal aborts first. @throws the signal's reason */
function unlessAborted(outcome: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    outcome.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
