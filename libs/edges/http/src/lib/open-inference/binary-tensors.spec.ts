import fc from 'fast-check';
import { arrayOf, sizeOf, type DType, type Tensor, type TensorMap } from '@cortex/inference';
import { DATATYPES, dtypeOf, type Datatype } from './datatype';
import { fromHalf, toHalf } from './half';
import { inferAnswer } from './infer-response';
import { readInferRequest } from './infer-request';

const model = { name: 'm', version: '1', variant: 'fp32', digest: 'sha256:0', batchInvariant: true };
const shapes = fc.array(fc.nat(4), { maxLength: 3 });

/** Any tensor, any bits: NaN and infinities too. */
function tensors(datatype: Datatype): fc.Arbitrary<Tensor> {
  const dtype = dtypeOf(datatype);
  return shapes.chain((shape) => elements(dtype, sizeOf(shape)).map((data) => ({ dtype, shape, data })));
}

function elements(dtype: DType, size: number): fc.Arbitrary<Tensor['data']> {
  if (dtype === 'string') return fc.array(fc.string({ unit: 'grapheme' }), { minLength: size, maxLength: size });
  if (dtype === 'bool') return fc.uint8Array({ minLength: size, maxLength: size, max: 1 });
  const bytes = size * arrayOf(dtype).BYTES_PER_ELEMENT;
  return fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((raw) => new (arrayOf(dtype))(raw.slice().buffer as ArrayBuffer));
}

/** Sends what a server answered back as a request, as a proxy would. */
function roundTrip(outputs: TensorMap, binary: boolean): TensorMap {
  const answer = inferAnswer({ inputs: [], parameters: { binary_data_output: binary } }, model, outputs);
  const bytes = Buffer.from(answer.payload as Buffer);
  const length = Number(answer.headers?.['inference-header-content-length'] ?? bytes.length);
  const json = JSON.parse(bytes.subarray(0, length).toString());
  const request = Buffer.from(JSON.stringify({ inputs: json.outputs }));
  return readInferRequest(Buffer.concat([request, bytes.subarray(length)]), { 'inference-header-content-length': String(request.length) }).tensors();
}

function bitsOf({ data }: Tensor): unknown {
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex') : data;
}

describe('binary tensors', () => {
  it.each(DATATYPES)('carry %s bit for bit, beside another tensor', (datatype) => {
    fc.assert(fc.property(tensors(datatype), tensors('INT8'), (tensor, other) => {
      const back = roundTrip({ other, tensor }, true);
      expect(back['tensor']).toMatchObject({ dtype: tensor.dtype, shape: tensor.shape });
      expect(bitsOf(back['tensor']!)).toEqual(bitsOf(tensor));
      expect(bitsOf(back['other']!)).toEqual(bitsOf(other));
    }), { numRuns: 60 });
  });

  it('does not hold the buffer it was read from', () => {
    const { x } = roundTrip({ x: { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) } }, true);
    expect((x!.data as Float32Array).buffer.byteLength).toBe(8);
  });
});

describe('JSON tensors', () => {
  it.each(DATATYPES.filter((datatype) => !['INT64', 'UINT64'].includes(datatype)))('carry finite %s as they are', (datatype) => {
    fc.assert(fc.property(tensors(datatype).filter(isFinite), (tensor) => {
      const back = roundTrip({ tensor }, false)['tensor']!;
      expect(back.shape).toEqual(tensor.shape);
      expect(withoutSignOfZero(back)).toEqual(withoutSignOfZero(tensor));
    }), { numRuns: 60 });
  });

  it.each(['INT64', 'UINT64'] as const)('carry %s up to 2^53 and refuse what is beyond', (datatype) => {
    fc.assert(fc.property(tensors(datatype), (tensor) => {
      const safe = Array.from(tensor.data as BigInt64Array).every((value) => Number.isSafeInteger(Number(value)));
      if (!safe) expect(() => roundTrip({ tensor }, false)).toThrow('send the tensor in binary');
      else expect(roundTrip({ tensor }, false)['tensor']!.data).toEqual(tensor.data);
    }), { numRuns: 60 });
  });

  it('writes every digit of INT64', () => {
    const { payload } = inferAnswer({ inputs: [] }, model, { y: { dtype: 'int64', shape: [2], data: BigInt64Array.of(9007199254740993n, -9223372036854775808n) } });
    expect(payload).toContain('"data":[9007199254740993,-9223372036854775808]');
  });

  it.each([['float32', Float32Array.of(NaN)], ['float64', Float64Array.of(Infinity)], ['float16', Uint16Array.of(0x7e00)]] as const)('refuses NaN and infinities of %s with the advice to take binary', (dtype, data) => {
    expect(() => inferAnswer({ inputs: [] }, model, { y: { dtype, shape: [1], data } })).toThrow("output 'y' holds NaN or an infinity, which JSON cannot say; ask for it in binary");
  });
});

describe('half precision', () => {
  it('gives every finite bit pattern back', () => {
    const patterns = Array.from({ length: 0x10000 }, (_, half) => half).filter((half) => !Number.isNaN(fromHalf(half)));
    expect(patterns.length).toBe(0x10000 - 2 * 1_023);
    expect(patterns.map((half) => toHalf(fromHalf(half)))).toEqual(patterns);
  });

  it('rounds to the nearest', () => {
    fc.assert(fc.property(fc.float({ min: -65_504, max: 65_504, noNaN: true }), (value) => {
      const half = toHalf(value);
      const error = Math.abs(fromHalf(half) - value);
      for (const neighbour of [half - 1, half + 1]) {
        const other = fromHalf(neighbour & 0xffff);
        if (Number.isFinite(other)) expect(error).toBeLessThanOrEqual(Math.abs(other - value));
      }
    }));
  });
});

/** JSON writes -0 as 0. */
function withoutSignOfZero({ dtype, data }: Tensor): readonly unknown[] {
  return Array.from(data as ArrayLike<unknown>, (value) => (value === 0 || (dtype === 'float16' && value === 0x8000) ? 0 : value));
}

function isFinite({ dtype, data }: Tensor): boolean {
  return Array.from<unknown>(data as ArrayLike<unknown>).every((value) => {
    if (typeof value !== 'number') return true;
    return Number.isFinite(dtype === 'float16' ? fromHalf(value) : value);
  });
}
