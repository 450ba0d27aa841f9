import fc from 'fast-check';
import { floatBase64, floatList } from './float-text';

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

describe('floatBase64', () => {
  it('encodes the bytes of a view, not of the array behind it', () => {
    const values = Float32Array.of(1, 2, 3).subarray(1, 2);
    expect(Buffer.from(floatBase64(values), 'base64').readFloatLE(0)).toBe(2);
    expect(Buffer.from(floatBase64(values), 'base64').length).toBe(4);
  });
});
