import type { JobProgress } from '@cortex/jobs';
import type { Clock } from '@cortex/kernel';
import type { DownloadListener } from './download';
import type { SourceFile, SourceModel } from './model-source.port';
import { plain, type PullCheckpoint } from './pull';

/** Adds up what comes during one run of a pull. */
export class PullRun implements DownloadListener {
  #state: PullCheckpoint['state'] = 'downloading';
  #identity: { readonly name?: string; readonly version?: string } = {};
  #bytes = 0;
  #totalBytes: number | undefined;
  #file: string | undefined;
  /** In this run: what lay there before says nothing of the speed. */
  #receivedBytes = 0;
  readonly #startedAtMs: number;

  constructor(private readonly clock: Clock) {
    this.#startedAtMs = clock.now();
  }

  get progress(): JobProgress {
    const [done, total] = [this.#bytes, this.#totalBytes];
    const checkpoint: PullCheckpoint = { state: this.#state, ...this.#identity, bytes: done, totalBytes: total, file: this.#file, etaMs: this.#etaMs };
    return { checkpoint: plain(checkpoint), counts: { ...(total !== undefined && { total }), done, failed: 0 } };
  }

  described({ name, version, files }: SourceModel): void {
    this.#identity = { name, version };
    const sizes = files.map(({ bytes }) => bytes);
    this.#totalBytes = sizes.every((bytes) => bytes !== undefined) ? sizes.reduce((sum, bytes) => sum + bytes, 0) : undefined;
  }

  began({ path }: SourceFile, bytes: number): void {
    this.#file = path;
    this.#bytes += bytes;
  }

  grew(bytes: number): void {
    this.#bytes += bytes;
    this.#receivedBytes += Math.max(0, bytes);
  }

  verifying(): void {
    this.#state = 'verifying';
  }

  get #etaMs(): number | undefined {
    if (this.#totalBytes === undefined || this.#receivedBytes === 0) return undefined;
    const elapsedMs = this.clock.now() - this.#startedAtMs;
    return Math.round(((this.#totalBytes - this.#bytes) / this.#receivedBytes) * elapsedMs);
  }
}
