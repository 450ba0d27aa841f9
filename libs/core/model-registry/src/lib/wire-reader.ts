import type { FileHandle } from 'node:fs/promises';
import { RefusedError } from './refused.errors';

/** The first tag of every ONNX file: field 1, a varint. */
const IR_VERSION = 8;
const WINDOW_BYTES = 16 << 10;
const MOST_FIELDS = 5_000_000;
/** Protobuf's own limit; some parsers cut a longer tag, and would see another field than this reader. */
const TAG_LIMIT = 2 ** 32;
/** The wire types of protobuf, and the bytes that follow a field of fixed length. */
export const VARINT = 0;
export const DELIMITED = 2;
const FIXED_LENGTHS: Record<number, number> = { 1: 8, 5: 4 };
const NEGATIVE = 2 ** 63;

/** Where one field of a message lies. */
export interface WireField {
  readonly field: number;
  readonly wire: number;
  /** Where its content ends; a varint's value is read already. */
  readonly end: number;
  /** The value of a varint; negative ones as themselves. */
  readonly value: number;
}

/** Reads protobuf's framing from a file through a small window, so that skipped data is never read. */
export class WireReader {
  position = 0;
  #fields = 0;
  #window = Buffer.alloc(0);
  #windowStart = 0;

  constructor(private readonly handle: FileHandle, private readonly size: number) {}

  /** The next field of the message that ends at `end`. @throws RefusedError when it does not fit into it */
  async next(end: number): Promise<WireField> {
    this.#fields += 1;
    if (this.#fields > MOST_FIELDS) throw new RefusedError('has too many parts');
    const tag = await this.#varint();
    if (this.#fields === 1 && tag !== IR_VERSION) throw new RefusedError('does not begin like an ONNX file');
    const field = Math.floor(tag / 8);
    const wire = tag % 8;
    if (tag >= TAG_LIMIT || field === 0) throw new RefusedError('is not valid ONNX');
    const value = wire === VARINT ? await this.#varint() : 0;
    const length = await this.#lengthOf(wire);
    if (this.position + length > end) throw new RefusedError(end === this.size ? 'is cut off: it should be longer' : 'is not valid ONNX');
    return { field, wire, end: this.position + length, value: signed(value) };
  }

  /** The varints up to `end`, at most `limit`. */
  async varints(end: number, limit: number): Promise<readonly number[]> {
    const values: number[] = [];
    while (this.position < end) {
      values.push(signed(await this.#varint()));
      if (values.length > limit || this.position > end) throw new RefusedError('is not valid ONNX');
    }
    return values;
  }

  /** @throws RefusedError when it is longer than `limit` bytes */
  async text(end: number, limit: number): Promise<string> {
    const length = end - this.position;
    if (length > limit) throw new RefusedError(`holds a name of ${length} bytes, the limit is ${limit}`);
    await this.#load(length);
    return this.#window.toString('utf8', this.position - this.#windowStart, end - this.#windowStart);
  }

  async #lengthOf(wire: number): Promise<number> {
    if (wire === VARINT) return 0;
    const length = wire === DELIMITED ? await this.#varint() : FIXED_LENGTHS[wire];
    if (length === undefined) throw new RefusedError('is not valid ONNX');
    return length;
  }

  async #varint(): Promise<number> {
    if (!this.#holds(10)) await this.#load(10);
    let value = 0;
    for (let i = 0; i < 10; i += 1) {
      const byte = this.#window[this.position - this.#windowStart];
      if (byte === undefined) throw new RefusedError('is cut off: it should be longer');
      this.position += 1;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw new RefusedError('is not valid ONNX');
  }

  #holds(count: number): boolean {
    const end = Math.min(this.position + count, this.size);
    return this.position >= this.#windowStart && end <= this.#windowStart + this.#window.length;
  }

  /** Makes the next `count` bytes, or as many as there are, lie in the window. */
  async #load(count: number): Promise<void> {
    if (this.#holds(count)) return;
    const { bytesRead, buffer } = await this.handle.read(Buffer.allocUnsafe(WINDOW_BYTES), 0, WINDOW_BYTES, this.position);
    this.#window = buffer.subarray(0, bytesRead);
    this.#windowStart = this.position;
  }
}

/** Below zero what is: small negative numbers are nearer to 2^64 than a double can tell, and count as -1. */
function signed(value: number): number {
  return value >= NEGATIVE ? Math.min(-1, value - 2 ** 64) : value;
}
