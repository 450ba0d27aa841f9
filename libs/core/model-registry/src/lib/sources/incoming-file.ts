import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCodeOf } from '@cortex/kernel';
import { StorageFullError } from './transfer.errors';

/** What bytes are written through; specs put a full disk in its place. */
export type Sink = Pick<FileHandle, 'appendFile' | 'truncate' | 'datasync' | 'close'>;
/** Opens a file, made when absent, to be written at its end. */
export type OpenSink = (path: string) => Promise<Sink>;

/** Onto the disk, readable by the server alone. */
export const openAtEnd: OpenSink = (path) => open(path, 'a', 0o600);
const FULL = ['ENOSPC', 'EDQUOT'];
/** Small enough that hashing a piece of what is kept does not hold up a request. */
const PIECE_BYTES = 1 << 18;

/** A file that grows at its end and is hashed as it does. What a failed write left behind is cut off before the next one. */
export class IncomingFile {
  /** Written and hashed. */
  #bytes = 0;
  #hash: Hash = createHash('sha256');

  private constructor(private readonly path: string, private readonly openSink: OpenSink) {}

  /** A file of which the first `keep` bytes are there; they are read, for their hash. */
  static async at(path: string, keep: number, openSink: OpenSink): Promise<IncomingFile> {
    const file = new IncomingFile(path, openSink);
    if (keep > 0) for await (const piece of createReadStream(path, { end: keep - 1, highWaterMark: PIECE_BYTES })) file.#note(piece as Buffer);
    return file;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Hex, of what is there so far. */
  get sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Forgets what is there. */
  restart(): void {
    this.#bytes = 0;
    this.#hash = createHash('sha256');
  }

  /** Writes what comes, one piece after another, and makes it last. @throws StorageFullError, and whatever `chunks` throws */
  async append(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    const sink = await whileThereIsRoom(() => this.openSink(this.path));
    try {
      await sink.truncate(this.#bytes);
      for await (const chunk of chunks) {
        await whileThereIsRoom(() => sink.appendFile(chunk));
        this.#note(chunk);
      }
      await whileThereIsRoom(() => sink.datasync());
    } finally {
      await sink.close();
    }
  }

  #note(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
  }
}

/** @throws StorageFullError when there is no room for what is written, and whatever else `write` throws */
export async function whileThereIsRoom<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw FULL.includes(systemCodeOf(error) ?? '') ? new StorageFullError() : error;
  }
}
