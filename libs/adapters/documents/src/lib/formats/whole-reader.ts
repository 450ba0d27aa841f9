import type { Reader } from './reader';

/** Collects a document whose format must be read whole. */
export class WholeReader implements Reader {
  #chunks: Uint8Array[] = [];

  constructor(private readonly readWhole: (bytes: Uint8Array) => void | Promise<void>) {}

  read(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
  }

  end(): void | Promise<void> {
    // A Buffer may be a view of memory that others use.
    const whole = new Uint8Array(Buffer.concat(this.#chunks.splice(0)));
    return this.readWhole(whole);
  }
}
