import { randomUUID } from 'node:crypto';
import { CortexError, codeOf, type Clock } from '@cortex/kernel';
import type { DownloadListener } from './download';
import type { ModelSource, SourceAddress, SourceFile, SourceModel } from './model-source.port';
import { TransferCancelledError } from './transfer.errors';

/** What shall be pulled, and under which name; absent ones are the source's own. */
export interface PullRequest {
  readonly source: SourceAddress;
  readonly name?: string;
  readonly version?: string;
}

export type TransferState = 'queued' | 'downloading' | 'verifying' | 'installed' | 'failed' | 'cancelled';

/** How a pull gets on. Sizes in bytes. */
export interface PullProgress {
  readonly id: string;
  readonly state: TransferState;
  readonly name?: string;
  readonly version?: string;
  readonly bytes: number;
  /** As far as the source says sizes. */
  readonly totalBytes?: number;
  /** The one that comes now. */
  readonly file?: string;
  /** From the speed so far. */
  readonly etaMs?: number;
  /** Of a failed one. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** One pull: what is asked for, how far it is, and the means to stop it. */
export class Pull implements DownloadListener {
  readonly id = randomUUID();
  readonly #controller = new AbortController();
  #state: TransferState = 'queued';
  #identity: { readonly name?: string; readonly version?: string };
  #bytes = 0;
  #totalBytes: number | undefined;
  #file: string | undefined;
  #error: PullProgress['error'];
  /** Since when, and from which byte on, the speed is measured. */
  #startedAtMs = 0;
  #receivedBytes = 0;
  /** Settles, never rejects, when it is over; until it runs, at once. */
  finished: Promise<void> = Promise.resolve();

  constructor(readonly request: PullRequest, readonly source: ModelSource, private readonly clock: Clock) {
    this.#identity = { name: request.name, version: request.version };
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isOver(): boolean {
    return this.#state === 'installed' || this.#state === 'failed' || this.#state === 'cancelled';
  }

  get progress(): PullProgress {
    const isMoving = this.#state === 'downloading';
    return { id: this.id, state: this.#state, ...this.#identity, bytes: this.#bytes, totalBytes: this.#totalBytes, file: isMoving ? this.#file : undefined, etaMs: isMoving ? this.#etaMs : undefined, error: this.#error };
  }

  stop(reason: CortexError): void {
    this.#controller.abort(reason);
  }

  started(): void {
    this.#state = 'downloading';
    this.#startedAtMs = this.clock.now();
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

  installed(): void {
    this.#state = 'installed';
  }

  failed(error: unknown): void {
    this.#state = error instanceof TransferCancelledError ? 'cancelled' : 'failed';
    const message = error instanceof CortexError ? error.message : 'an internal error happened, it is logged';
    this.#error = { code: codeOf(error), message };
  }

  get #etaMs(): number | undefined {
    const elapsedMs = this.clock.now() - this.#startedAtMs;
    if (this.#totalBytes === undefined || this.#receivedBytes === 0) return undefined;
    return Math.round(((this.#totalBytes - this.#bytes) / this.#receivedBytes) * elapsedMs);
  }
}
