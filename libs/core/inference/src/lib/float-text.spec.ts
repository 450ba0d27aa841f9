import fc from 'fast-check';
import { FLOAT_TEXT_BYTES, floatBase64, floatList, writeFloats } from './float-text';

describe('floatList', () => {
  it('reads back to the same float32 values', () => {
    fc.assert(fc.property(fc.float32Array({ noDefaultInfinity: true, noNaN: true }), (values) => {
      const back: number[] = JSON.parse(floatList(values));
      expect(Float32Array.from(back).map((value) => value + 0)).toEqual(values.map((value) => value + 0));
    }));
  });

  it('writes no more digits than a vector of length one needs', () => {
    expect(floatList(Float32Array.of(0.1, -1 / 3, 0, 1))).toBe('[0.1000000015,-0.3333333433,0,1]');
  });
});

describe('writeFloats', () => {
  it('reads back to the same float32 whatever its bits, within the bytes it may take', () => {
    fc.assert(fc.property(fc.uint32Array({ maxLength: 40 }), (bits) => {
      const values = new Float32Array(bits.buffer, bits.byteOffset, bits.length).filter((value) => Number.isFinite(value));
      const target = Buffer.alloc(3 + 2 + values.length * FLOAT_TEXT_BYTES);
      const end = writeFloats(values, target, 3);
      expect(end).toBeLessThanOrEqual(target.length);
      const back = JSON.parse(target.toString('latin1', 3, end)) as number[];
      expect(Float32Array.from(back).map((value) => value + 0)).toEqual(values.map((value) => value + 0));
    }), { numRuns: 2_000 });
  });

  it.each([[0.5, '0.5'], [-0.25, '-0.25'], [12.5, '12.5'], [100_000, '100000'], [99_999.5, '99999.5'], [16_777_216, '16777216'], [1e-10, '0.0000000001'], [Math.fround(1e-20), String(Math.fround(1e-20))], [1e20, String(Math.fround(1e20))]])('writes %p as %s', (value, text) => {
    expect(floatList(Float32Array.of(value))).toBe(`[${text}]`);
  });
});

describe('floatBase64', () => {
  it('encodes the bytes of a view, not of the array behind it', () => {
    const values = Float32Array.of(1, 2, 3).subarray(1, 2);
    expect(Buffer.from(floatBase64(values), 'base64').readFloatLE(0)).toBe(2);
    expect(Buffer.from(floatBase64(values), 'base64').length).toBe(4);
  });
});
