import type { FilePin } from '../model-version';
import { bounded } from './bounded';
import type { IncomingFile } from './incoming-file';
import type { IncomingVersion } from './incoming-version';
import type { ModelSource, SourceFile } from './model-source.port';
import { paced, type Pace } from './pace';
import { ChecksumMismatchError, ModelTooLargeError, SourceFailedError, SourceTooSlowError } from './transfer.errors';
import type { TransferLimits } from './transfers.options';

/** Hears how a download gets on. */
export interface DownloadListener {
  /** A file is next, of which this much is there already. */
  began(file: SourceFile, bytes: number): void;
  /** So many more bytes lie on the disk; below zero when a file begins anew. */
  grew(bytes: number): void;
}

export interface DownloadOptions {
  readonly limits: TransferLimits;
  readonly listener: DownloadListener;
  readonly signal: AbortSignal;
}

/** Brings the files of a source, one after another, each from where an earlier attempt ended. */
export class Download {
  /** Of files that are whole. */
  #doneBytes = 0;

  constructor(private readonly source: Pick<ModelSource, 'open'>, private readonly incoming: IncomingVersion, private readonly options: DownloadOptions) {}

  /** @throws ChecksumMismatchError, ModelTooLargeError, StorageFullError, and what the source throws */
  async run(files: readonly SourceFile[]): Promise<readonly FilePin[]> {
    const pins: FilePin[] = [];
    for (const file of files) {
      this.options.signal.throwIfAborted();
      pins.push(await this.#bring(file));
    }
    return pins;
  }

  async #bring(file: SourceFile): Promise<FilePin> {
    const { file: target, etag, isWhole } = await this.incoming.file(file);
    this.options.listener.began(file, target.bytes);
    try {
      if (!isWhole) await this.#read(file, target, etag);
      refuseOther(file, target);
    } catch (error) {
      if (error instanceof ChecksumMismatchError) await this.incoming.drop(file, target);
      throw error;
    }
    const pin = { path: file.path, bytes: target.bytes, sha256: target.sha256 };
    if (!isWhole) await this.incoming.complete(file, pin.sha256);
    this.#doneBytes += pin.bytes;
    return pin;
  }

  async #read(file: SourceFile, target: IncomingFile, etag: string | undefined): Promise<void> {
    const { signal, listener } = this.options;
    const body = await this.source.open(file, { bytes: target.bytes, etag }, signal);
    if (body.startsAt !== target.bytes) {
      if (body.startsAt !== 0) throw new SourceFailedError(`the source went on at byte ${body.startsAt}, asked for ${target.bytes}`);
      listener.grew(-target.bytes);
      target.restart();
    }
    await this.incoming.begin(file, body.etag);
    const pace: Pace = { limits: this.options.limits, leftBytes: (file.bytes ?? Infinity) - target.bytes, tooSlow: (how) => new SourceTooSlowError(`the source ${how}`) };
    const chunks = bounded(file, target.bytes, paced(body.chunks, pace, signal));
    await target.append(this.#limited(file, target.bytes, chunks));
  }

  /** Stops a source that sends more than may be. */
  async *#limited({ path }: SourceFile, startsAt: number, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const { maxFileBytes, maxBytes } = this.options.limits;
    const limit = Math.min(maxFileBytes, maxBytes - this.#doneBytes);
    let bytes = startsAt;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > limit) throw new ModelTooLargeError(path, bytes, limit);
      yield chunk;
      this.options.listener.grew(chunk.length);
    }
  }
}

function refuseOther({ path, bytes = 0, sha256 }: SourceFile, target: IncomingFile): void {
  if (target.bytes < bytes) throw new SourceFailedError(`the source broke off after ${target.bytes} of ${bytes} bytes of a file`);
  if (sha256 !== undefined && sha256 !== target.sha256) throw new ChecksumMismatchError(path, 'sha256');
}
