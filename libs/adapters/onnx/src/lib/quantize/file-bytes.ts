import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { GraphError } from '../graph/graph.errors';

/** A stretch of a file: from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const WINDOW_BYTES = 16 * 1024;
/** Protobuf has no larger messages. */
const LARGEST_BYTES = 2 ** 31 - 1;

/** The bytes of a file by position, read when they are asked for; what lies close together is read at once. */
export class FileBytes implements Disposable {
  readonly #window = Buffer.alloc(WINDOW_BYTES);
  /** Which part of the file is in the window. */
  #held: Span = { start: 0, end: 0 };

  private constructor(private readonly descriptor: number, readonly size: number) {}

  /** @throws GraphError when it is larger than a graph can be. */
  static open(path: string): FileBytes {
    const descriptor = openSync(path, 'r');
    const { size } = fstatSync(descriptor);
    if (size <= LARGEST_BYTES) return new FileBytes(descriptor, size);
    closeSync(descriptor);
    throw new GraphError(`the file has ${size} bytes, a graph has at most ${LARGEST_BYTES}`);
  }

  get all(): Span {
    return { start: 0, end: this.size };
  }

  byteAt(position: number): number {
    if (position < this.#held.start || position >= this.#held.end) this.#moveTo(position);
    return this.#window[position - this.#held.start]!;
  }

  /** A copy, which starts at a multiple of eight in memory. */
  read({ start, end }: Span): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(end - start);
    this.#fill(bytes, start);
    return bytes;
  }

  [Symbol.dispose](): void {
    closeSync(this.descriptor);
  }

  #moveTo(start: number): void {
    const end = Math.min(start + WINDOW_BYTES, this.size);
    if (start >= end) throw truncated();
    this.#fill(this.#window.subarray(0, end - start), start);
    this.#held = { start, end };
  }

  #fill(bytes: Uint8Array, position: number): void {
    for (let filled = 0; filled < bytes.length; ) {
      const count = readSync(this.descriptor, bytes, filled, bytes.length - filled, position + filled);
      if (count === 0) throw truncated();
      filled += count;
    }
  }
}

/** The same words wherever a file ends before what it announced. */
export function truncated(): GraphError {
  return new GraphError('the file ends before what it announces, it is truncated or damaged');
}
