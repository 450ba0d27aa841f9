import { ArrowFormatError } from '../arrow.errors';
import type { Column } from './column';
import type { FlatTable } from './flat-buffer';

/** Buffers are read as arrays of numbers in place, so they begin where such may. */
const ALIGNMENT = 8;

/** A RecordBatch: its metadata, and the body that it describes. */
export interface Batch {
  readonly metadata: FlatTable;
  readonly body: Uint8Array;
}

/** Hands out what a batch says of its columns, in their order: how long each is, and its buffers, none of which leaves the body. */
export class BodyCursor {
  readonly #lengths: readonly (readonly [rows: number, nulls: number])[];
  readonly #buffers: readonly (readonly [offset: number, bytes: number])[];
  readonly #dataBuffers: readonly number[];
  #length = 0;
  #buffer = 0;
  #dataBuffer = 0;

  /** @throws ArrowFormatError when the body is compressed */
  constructor(private readonly batch: Batch) {
    const { metadata } = batch;
    if (metadata.has(3)) throw metadata.buffer.broken('compressed bodies are not read here; write it without compression');
    this.#lengths = metadata.pairs(1);
    this.#buffers = metadata.pairs(2);
    this.#dataBuffers = metadata.sizes(4);
  }

  nextLength(column: Column): readonly [rows: number, nulls: number] {
    const length = this.#lengths[this.#length];
    this.#length += 1;
    if (!length) throw this.broken(column, 'its length is missing');
    if (length[1] > length[0]) throw this.broken(column, `it is said to have ${length[1]} nulls in ${length[0]} rows`);
    return length;
  }

  /** The next buffer, of which at least so many bytes are needed. */
  nextBuffer(column: Column, needed = 0): Uint8Array {
    const { body } = this.batch;
    const buffer = this.#buffers[this.#buffer];
    this.#buffer += 1;
    if (!buffer) throw this.broken(column, 'a buffer is missing');
    const [offset, bytes] = buffer;
    if (offset + bytes > body.length) throw this.broken(column, `a buffer ends at byte ${offset + bytes}, the body has ${body.length}`);
    if (offset % ALIGNMENT !== 0) throw this.broken(column, `a buffer begins at byte ${offset}, which is no multiple of ${ALIGNMENT}`);
    if (bytes < needed) throw this.broken(column, `a buffer has ${bytes} bytes, its rows take ${needed}`);
    return body.subarray(offset, offset + bytes);
  }

  /** The data buffers that the views of a column point into. */
  nextDataBuffers(column: Column): readonly Uint8Array[] {
    const count = this.#dataBuffers[this.#dataBuffer];
    this.#dataBuffer += 1;
    if (count === undefined || count > this.#buffers.length) throw this.broken(column, 'it does not say how many data buffers it has');
    return Array.from({ length: count }, () => this.nextBuffer(column));
  }

  /** @throws ArrowFormatError when something was described that no column took */
  end(): void {
    const isAtEnd = this.#length === this.#lengths.length && this.#buffer === this.#buffers.length && this.#dataBuffer === this.#dataBuffers.length;
    if (!isAtEnd) throw this.batch.metadata.buffer.broken('it describes more than its columns take');
  }

  broken({ path }: Column, problem: string): ArrowFormatError {
    return new ArrowFormatError(`${this.batch.metadata.buffer.where}, column '${path}'`, problem);
  }
}
