import { isUtf8 } from 'node:buffer';
import { arrayOf, bytesPerElement, sizeOf, type Tensor, type TensorData } from '@cortex/inference';
import { TensorDataError } from './tensor.errors';
import type { TensorHead } from './tensor-json';

/** Bytes before each element of a BYTES tensor: its length, little-endian. */
const LENGTH_BYTES = 4;

/**
 * Elements from the binary tensor extension: little-endian, row-major (hosts are little-endian, so bytes are taken as they are).
 * The result is a copy, so that it does not hold the socket's buffer. @throws TensorDataError
 */
export function dataFromBinary(head: TensorHead, bytes: Buffer): TensorData {
  if (head.dtype === 'string') return stringsFrom(head, bytes);
  const expected = sizeOf(head.shape) * bytesPerElement(head.dtype);
  if (bytes.length !== expected) {
    throw new TensorDataError(head.name, `binary_data_size is ${bytes.length} bytes, the shape [${head.shape}] takes ${expected}`);
  }
  if (head.dtype === 'bool' && bytes.some((byte) => byte > 1)) throw new TensorDataError(head.name, 'a BOOL is the byte 0 or 1');
  return new (arrayOf(head.dtype))(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
}

/** The bytes of a tensor; numbers are a view, nothing is copied. */
export function dataToBinary({ dtype, data }: Tensor): Buffer {
  if (dtype === 'string') return Buffer.concat((data as readonly string[]).map(withLength));
  const { buffer, byteOffset, byteLength } = data as Exclude<TensorData, readonly string[]>;
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

function stringsFrom(head: TensorHead, bytes: Buffer): readonly string[] {
  const strings: string[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const start = offset + LENGTH_BYTES;
    const end = start <= bytes.length ? start + bytes.readUInt32LE(offset) : Infinity;
    if (end > bytes.length) throw new TensorDataError(head.name, `element ${strings.length} reaches beyond its ${bytes.length} bytes`);
    strings.push(textOf(head, bytes.subarray(start, end)));
    offset = end;
  }
  const size = sizeOf(head.shape);
  if (strings.length !== size) throw new TensorDataError(head.name, `data has ${strings.length} elements, the shape [${head.shape}] has ${size}`);
  return strings;
}

function textOf({ name }: TensorHead, bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new TensorDataError(name, 'BYTES elements are read as UTF-8 text, and one is not');
  return bytes.toString();
}

function withLength(text: string): Buffer {
  const bytes = Buffer.from(text);
  const whole = Buffer.allocUnsafe(LENGTH_BYTES + bytes.length);
  whole.writeUInt32LE(bytes.length);
  bytes.copy(whole, LENGTH_BYTES);
  return whole;
}
