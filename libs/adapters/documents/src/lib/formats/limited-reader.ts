import { TooLargeError } from '../reading.errors';
import type { Reader } from './reader';

/** Refuses a document above a limit. */
export class LimitedReader implements Reader {
  #bytes = 0;

  constructor(
    private readonly inner: Reader,
    private readonly maxBytes: number,
  ) {}

  read(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.maxBytes) throw new TooLargeError('bytes', this.maxBytes);
    this.inner.read(chunk);
  }

  end(): void | Promise<void> {
    return this.inner.end();
  }
}
