/** Element types, named as ONNX names them. `float16` data is its bit pattern in a Uint16Array. */
export const DTYPES = [
  'bool', 'uint8', 'uint16', 'uint32', 'uint64', 'int8', 'int16', 'int32', 'int64', 'float16', 'float32', 'float64', 'string',
] as const;
export type DType = (typeof DTYPES)[number];

export type NumericData =
  | Uint8Array | Uint16Array | Uint32Array | BigUint64Array
  | Int8Array | Int16Array | Int32Array | BigInt64Array
  | Float32Array | Float64Array;
export type TensorData = NumericData | readonly string[];

/** Dense and row-major: `data.length` is the product of `shape`. A scalar has the shape []. */
export interface Tensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** Tensors by name; names come from a model's signature, so no caller's key reaches the object. */
export type TensorMap = Readonly<Record<string, Tensor>>;

const ARRAYS = {
  bool: Uint8Array, uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, uint64: BigUint64Array,
  int8: Int8Array, int16: Int16Array, int32: Int32Array, int64: BigInt64Array,
  float16: Uint16Array, float32: Float32Array, float64: Float64Array,
} as const;

/** The typed array that holds a dtype's elements. */
export function arrayOf(dtype: Exclude<DType, 'string'>): (typeof ARRAYS)[typeof dtype] {
  return ARRAYS[dtype];
}

/** Bytes of one element; 0 for strings, whose size is their own. */
export function bytesPerElement(dtype: DType): number {
  return dtype === 'string' ? 0 : ARRAYS[dtype].BYTES_PER_ELEMENT;
}

/** The number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dimension) => size * dimension, 1);
}

/** Joins tensors of equal dtype and trailing shape along the first axis. */
export function concatRows(parts: readonly Tensor[]): Tensor {
  const [first] = parts;
  if (!first) throw new Error('nothing to concatenate. This is a bug.');
  if (parts.length === 1) return first;
  const rows = parts.reduce((sum, part) => sum + (part.shape[0] ?? 1), 0);
  return { dtype: first.dtype, shape: [rows, ...first.shape.slice(1)], data: concatData(parts, first) };
}

function concatData(parts: readonly Tensor[], first: Tensor): TensorData {
  if (first.dtype === 'string') return parts.flatMap((part) => part.data as readonly string[]);
  const joined = new (arrayOf(first.dtype))(parts.reduce((sum, part) => sum + part.data.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part.data as never, offset);
    offset += part.data.length;
  }
  return joined;
}

/** The rows from `start` to `end` (exclusive) of the first axis, copied, so that the batch they came from can go. */
export function sliceRows(tensor: Tensor, start: number, end: number): Tensor {
  const trailing = tensor.shape.slice(1);
  const width = sizeOf(trailing);
  return { dtype: tensor.dtype, shape: [end - start, ...trailing], data: tensor.data.slice(start * width, end * width) };
}

/** One after another, in one array. */
export function joinFloats(arrays: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const array of arrays) {
    joined.set(array, offset);
    offset += array.length;
  }
  return joined;
}
