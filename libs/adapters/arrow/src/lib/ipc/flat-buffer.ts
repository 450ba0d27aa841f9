import { ArrowFormatError } from '../arrow.errors';

/** Parts that refer to one another again and again cost as often: a message may be looked at this many times over. */
const MOST_READINGS = 8;
const MOST_TABLE_BYTES = 0x7fff;
const NOTHING = { start: 0, count: 0 };

/** The metadata of a message (a flatbuffer), read with every offset and length held against its end. Source: flatbuffers' internals document. */
export class FlatBuffer {
  readonly #view: DataView;
  /** Bytes that may still be looked at; only goes down. */
  #unread: number;

  constructor(private readonly bytes: Uint8Array, readonly where: string) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#unread = bytes.byteLength * MOST_READINGS;
  }

  root(): FlatTable {
    return new FlatTable(this, this.follow(0));
  }

  /** The place that an offset at `position` points to. */
  follow(position: number): number {
    return position + this.uint32(position);
  }

  uint8(position: number): number {
    this.#require(position, 1);
    return this.#view.getUint8(position);
  }

  uint16(position: number): number {
    this.#require(position, 2);
    return this.#view.getUint16(position, true);
  }

  uint32(position: number): number {
    this.#require(position, 4);
    return this.#view.getUint32(position, true);
  }

  int32(position: number): number {
    this.#require(position, 4);
    return this.#view.getInt32(position, true);
  }

  /** As a number: none here may be negative or beyond 2^53. */
  size(position: number): number {
    this.#require(position, 8);
    const value = Number(this.#view.getBigInt64(position, true));
    if (!Number.isSafeInteger(value) || value < 0) throw this.broken(`a size is ${value}`);
    return value;
  }

  text(position: number, length: number): string {
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + position, length).toString();
  }

  /** Claims a part that is about to be read. */
  spend(position: number, bytes: number): void {
    this.#require(position, bytes);
    this.#unread -= bytes;
    if (this.#unread < 0) throw this.broken('its parts refer to one another too often');
  }

  broken(problem: string): ArrowFormatError {
    return new ArrowFormatError(this.where, problem);
  }

  #require(position: number, bytes: number): void {
    if (position < 0 || position + bytes > this.#view.byteLength) throw this.broken('its metadata points outside of itself');
  }
}

/** One table of a flatbuffer; fields are named by their slot, and what is absent has its default. */
export class FlatTable {
  readonly #vtable: number;
  readonly #vtableBytes: number;
  readonly #bytes: number;

  constructor(readonly buffer: FlatBuffer, private readonly position: number) {
    this.#vtable = position - buffer.int32(position);
    this.#vtableBytes = buffer.uint16(this.#vtable);
    this.#bytes = buffer.uint16(this.#vtable + 2);
    if (this.#vtableBytes < 4 || this.#bytes < 4 || Math.max(this.#vtableBytes, this.#bytes) > MOST_TABLE_BYTES) throw buffer.broken('a table of its metadata has an impossible size');
    buffer.spend(this.#vtable, this.#vtableBytes);
    buffer.spend(position, this.#bytes);
  }

  has(slot: number): boolean {
    return this.#find(slot, 1) !== undefined;
  }

  uint8(slot: number): number {
    const position = this.#find(slot, 1);
    return position === undefined ? 0 : this.buffer.uint8(position);
  }

  uint16(slot: number, otherwise = 0): number {
    const position = this.#find(slot, 2);
    return position === undefined ? otherwise : this.buffer.uint16(position);
  }

  int32(slot: number, otherwise = 0): number {
    const position = this.#find(slot, 4);
    return position === undefined ? otherwise : this.buffer.int32(position);
  }

  size(slot: number): number {
    const position = this.#find(slot, 8);
    return position === undefined ? 0 : this.buffer.size(position);
  }

  table(slot: number): FlatTable | undefined {
    const position = this.#find(slot, 4);
    return position === undefined ? undefined : new FlatTable(this.buffer, this.buffer.follow(position));
  }

  tables(slot: number): FlatTable[] {
    return this.#elements(slot, 4, (position) => new FlatTable(this.buffer, this.buffer.follow(position)));
  }

  /** A vector of structs of two sizes. */
  pairs(slot: number): (readonly [number, number])[] {
    return this.#elements(slot, 16, (position) => [this.buffer.size(position), this.buffer.size(position + 8)] as const);
  }

  sizes(slot: number): number[] {
    return this.#elements(slot, 8, (position) => this.buffer.size(position));
  }

  /** Undefined when absent. */
  string(slot: number): string | undefined {
    const vector = this.#vector(slot, 1);
    return vector && this.buffer.text(vector.start, vector.count);
  }

  #elements<T>(slot: number, width: number, read: (position: number) => T): T[] {
    const { start, count } = this.#vector(slot, width) ?? NOTHING;
    return Array.from({ length: count }, (_, index) => read(start + index * width));
  }

  #vector(slot: number, width: number): { readonly start: number; readonly count: number } | undefined {
    const field = this.#find(slot, 4);
    if (field === undefined) return undefined;
    const vector = this.buffer.follow(field);
    const count = this.buffer.uint32(vector);
    this.buffer.spend(vector, 4 + count * width);
    return { start: vector + 4, count };
  }

  #find(slot: number, width: number): number | undefined {
    const entry = 4 + 2 * slot;
    const offset = entry < this.#vtableBytes ? this.buffer.uint16(this.#vtable + entry) : 0;
    if (offset === 0) return undefined;
    if (offset + width > this.#bytes) throw this.buffer.broken('a field of its metadata lies outside of its table');
    return this.position + offset;
  }
}
