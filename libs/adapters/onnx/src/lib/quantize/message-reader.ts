import { GraphError } from '../graph/graph.errors';
import { truncated, type FileBytes, type Span } from './file-bytes';
import { WIRE } from './protobuf';

/** A field as it lies in the file. Its value is read only when asked for. */
export interface FieldSpan {
  readonly number: number;
  /** With its tag and length: what to copy to keep it as it is. */
  readonly whole: Span;
  /** The value alone: of a delimited field the content. */
  readonly body: Span;
  /** The value of a varint; 0 for other fields. */
  readonly integer: number;
}

/** What a graph's structure may take, its tensors' values left out: about a million fields. */
const STRUCTURE_BYTES = 64 * 2 ** 20;
const FIELD_BYTES = 64;
const LONGEST_VARINT = 10;

/** Reads protobuf messages in place. What it hands out is bounded, whatever the file says. */
export class MessageReader {
  #bytesLeft = STRUCTURE_BYTES;

  constructor(readonly file: FileBytes) {}

  /** @throws GraphError for what is no message, or too large a structure. */
  *fields({ start, end }: Span): Generator<FieldSpan> {
    for (let position = start; position < end; ) {
      this.#spend(FIELD_BYTES);
      const field = this.#fieldAt(position, end);
      yield field;
      position = field.whole.end;
    }
  }

  text({ start, end }: Span): string {
    this.#spend(end - start);
    return Buffer.from(this.file.read({ start, end }).buffer).toString();
  }

  float(span: Span): number {
    const bytes = this.file.read(span);
    return bytes.length === 4 ? new Float32Array(bytes.buffer)[0]! : NaN;
  }

  /** A repeated integer, packed or not. */
  integers({ body, integer, whole }: FieldSpan): number[] {
    if ((this.file.byteAt(whole.start) & 7) !== WIRE.delimited) return [integer];
    const found: number[] = [];
    for (let position = body.start; position < body.end; ) {
      this.#spend(FIELD_BYTES);
      const { value, end } = this.#varintAt(position, body.end);
      found.push(signed(value));
      position = end;
    }
    return found;
  }

  #fieldAt(start: number, limit: number): FieldSpan {
    const tag = this.#varintAt(start, limit);
    const number = Number(tag.value >> 3n);
    if (number === 0) throw new GraphError('it is not a graph: a field has the number 0');
    const wire = Number(tag.value & 7n);
    if (wire === WIRE.varint) {
      const { value, end } = this.#varintAt(tag.end, limit);
      return { number, whole: { start, end }, body: { start: tag.end, end }, integer: signed(value) };
    }
    const body = this.#bodyAt(wire, tag.end, limit);
    return { number, whole: { start, end: body.end }, body, integer: 0 };
  }

  #bodyAt(wire: number, position: number, limit: number): Span {
    const { value, end: start } = this.#lengthAt(wire, position, limit);
    if (value > BigInt(limit - start)) throw truncated();
    return { start, end: start + Number(value) };
  }

  #lengthAt(wire: number, position: number, limit: number): { value: bigint; end: number } {
    if (wire === WIRE.delimited) return this.#varintAt(position, limit);
    if (wire === WIRE.fixed32) return { value: 4n, end: position };
    if (wire === WIRE.fixed64) return { value: 8n, end: position };
    throw new GraphError(`it is not a graph: a field has the wire type ${wire}`);
  }

  #varintAt(start: number, limit: number): { value: bigint; end: number } {
    let value = 0n;
    for (let index = 0; index < LONGEST_VARINT; index += 1) {
      if (start + index >= limit) throw truncated();
      const byte = this.file.byteAt(start + index);
      value |= BigInt(byte & 127) << BigInt(7 * index);
      if (byte < 128) return { value, end: start + index + 1 };
    }
    throw new GraphError('it is not a graph: a number has more than 64 bits');
  }

  #spend(bytes: number): void {
    this.#bytesLeft -= bytes;
    if (this.#bytesLeft < 0) throw new GraphError(`its structure takes more than ${STRUCTURE_BYTES} bytes`);
  }
}

function signed(value: bigint): number {
  return Number(BigInt.asIntN(64, value));
}
