import { crc32 } from 'node:zlib';

/** "CXV1": 32-bit floats, little-endian. Another layout gets another mark. */
const MARK = 0x31565843;
/** Mark, number of dimensions, checksum: 32 bits each. */
const HEADER_BYTES = 12;

/** A vector with what tells a damaged or foreign value, or that of another key, from it. */
export function encodeVector(vector: Float32Array, key: string): Buffer {
  const numbers = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  const value = Buffer.allocUnsafe(HEADER_BYTES + numbers.length);
  value.writeUInt32LE(MARK, 0);
  value.writeUInt32LE(vector.length, 4);
  value.writeUInt32LE(crc32(key, crc32(numbers)), 8);
  numbers.copy(value, HEADER_BYTES);
  return value;
}

/** A copy of the vector; undefined where this is not what was stored under the key. */
export function decodeVector(value: Buffer, key: string): Float32Array | undefined {
  if (value.length < HEADER_BYTES || value.readUInt32LE(0) !== MARK) return undefined;
  if (value.length !== HEADER_BYTES + 4 * value.readUInt32LE(4)) return undefined;
  const numbers = value.subarray(HEADER_BYTES);
  if (crc32(key, crc32(numbers)) !== value.readUInt32LE(8)) return undefined;
  const vector = new Float32Array(numbers.length / 4);
  new Uint8Array(vector.buffer).set(numbers);
  return vector;
}
