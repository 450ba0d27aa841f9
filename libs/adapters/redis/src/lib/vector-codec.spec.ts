import fc from 'fast-check';
import { decodeVector, encodeVector } from './vector-codec';

const bits = (vector: Float32Array | undefined) => vector && [...new Uint32Array(vector.buffer, vector.byteOffset, vector.length)];
const vectors = fc.array(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 50 }).map((words) => new Float32Array(Uint32Array.from(words).buffer));

describe('vector codec', () => {
  it('keeps every bit, wherever in a buffer the vector lies', () => {
    fc.assert(
      fc.property(vectors, fc.string(), fc.nat(3), (vector, key, offset) => {
        const lying = Buffer.concat([Buffer.alloc(offset), encodeVector(vector, key)]).subarray(offset);
        expect(bits(decodeVector(lying, key))).toEqual(bits(vector));
      }),
    );
  });

  it('gives a copy of its own size', () => {
    const value = encodeVector(Float32Array.of(1, 2), 'key');
    const vector = decodeVector(value, 'key')!;
    value.fill(0);
    expect([...vector]).toEqual([1, 2]);
    expect(vector.buffer.byteLength).toBe(8);
  });

  it('finds nothing in a value that was damaged anywhere, cut or lengthened', () => {
    const value = encodeVector(Float32Array.of(1, -2.5, 3), 'key');
    for (let byte = 0; byte < value.length; byte += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const damaged = Buffer.from(value);
        damaged[byte]! ^= 1 << bit;
        expect(decodeVector(damaged, 'key')).toBeUndefined();
      }
      expect(decodeVector(value.subarray(0, byte), 'key')).toBeUndefined();
    }
    expect(decodeVector(Buffer.concat([value, Buffer.alloc(4)]), 'key')).toBeUndefined();
  });

  it('finds nothing in the value of another key', () => expect(decodeVector(encodeVector(Float32Array.of(1), 'key'), 'other')).toBeUndefined());

  it('finds nothing in what somebody else wrote', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => expect(decodeVector(Buffer.from(bytes), 'key')).toBeUndefined()));
  });
});
