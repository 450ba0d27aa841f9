import { arrayOf, floatList, sizeOf, type DType, type Tensor, type TensorData } from '@cortex/inference';
import { describe } from '../reading';
import { datatypeOf } from './datatype';
import { fromHalf, toHalf } from './half';
import { NotFiniteError, TensorDataError, UnsafeIntegerError } from './tensor.errors';

/** A tensor's name, type and shape, before its data is read. */
export interface TensorHead {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** Elements from JSON, flat or nested as the shape says. @throws TensorDataError, UnsafeIntegerError */
export function dataFromJson(head: TensorHead, data: unknown): TensorData {
  const elements = flatten(head, data);
  if (head.dtype === 'string') return elements.map((element, index) => readString(head, element, index));
  const read = READERS[head.dtype];
  const array = new (arrayOf(head.dtype))(elements.length);
  for (let index = 0; index < elements.length; index += 1) array[index] = read(head, elements[index], index);
  return array;
}

/** @throws NotFiniteError */
export function dataToJson(name: string, { dtype, data }: Tensor): string {
  if (dtype === 'string') return JSON.stringify(data);
  if (dtype === 'bool') return JSON.stringify(Array.from(data as Uint8Array, Boolean));
  if (dtype === 'float16') return finiteList(name, Float32Array.from(data as Uint16Array, fromHalf));
  if (data instanceof Float32Array) return finiteList(name, data);
  if (data instanceof Float64Array) return JSON.stringify(Array.from(requireFinite(name, data)));
  return `[${data.join(',')}]`;
}

/** Nothing is allocated by the shape's word: lengths are compared first, and no deeper than the shape has axes. */
function flatten(head: TensorHead, data: unknown): readonly unknown[] {
  if (!Array.isArray(data)) throw new TensorDataError(head.name, `expected data as a list, got ${describe(data)}`);
  const size = sizeOf(head.shape);
  if (!Array.isArray(data[0]) || head.shape.length < 2) {
    if (data.length !== size) throw new TensorDataError(head.name, `data has ${data.length} elements, the shape [${head.shape}] has ${size}`);
    return data;
  }
  const elements: unknown[] = [];
  gather(head, data, { axis: 0, elements });
  return elements;
}

function gather(head: TensorHead, data: unknown, { axis, elements }: { readonly axis: number; readonly elements: unknown[] }): void {
  const expected = head.shape[axis]!;
  if (!Array.isArray(data) || data.length !== expected) {
    throw new TensorDataError(head.name, `expected a list of ${expected} at axis ${axis} of the shape [${head.shape}], got ${describe(data)}`);
  }
  for (const item of data) {
    if (axis + 1 < head.shape.length) gather(head, item, { axis: axis + 1, elements });
    else elements.push(item);
  }
}

type Reader = (head: TensorHead, element: unknown, index: number) => never;

/** One reader a type. The result fits the array of the same type, which the compiler cannot see: `never` lets it pass. */
const READERS: Readonly<Record<Exclude<DType, 'string'>, Reader>> = {
  bool: reader((element) => (element === true || element === 1 ? 1 : element === false || element === 0 ? 0 : undefined)),
  uint8: whole(0, 0xff), uint16: whole(0, 0xffff), uint32: whole(0, 0xffffffff),
  int8: whole(-0x80, 0x7f), int16: whole(-0x8000, 0x7fff), int32: whole(-0x80000000, 0x7fffffff),
  uint64: long(0), int64: long(-Infinity),
  float16: reader((element) => (within(element, 65_504) ? toHalf(element) : undefined)),
  float32: reader((element) => (within(element, 3.4028234663852886e38) ? element : undefined)),
  float64: reader((element) => (within(element, Number.MAX_VALUE) ? element : undefined)),
};

function reader(read: (element: unknown) => number | bigint | undefined): Reader {
  return (head, element, index) => {
    const value = read(element);
    if (value === undefined) throw unfit(head, element, index);
    return value as never;
  };
}

function whole(least: number, most: number): Reader {
  return reader((element) => (Number.isInteger(element) && (element as number) >= least && (element as number) <= most ? (element as number) : undefined));
}

function long(least: number): Reader {
  return (head, element, index) => {
    if (!Number.isInteger(element) || (element as number) < least) throw unfit(head, element, index);
    if (!Number.isSafeInteger(element)) throw new UnsafeIntegerError(head.name, index);
    return BigInt(element as number) as never;
  };
}

function within(element: unknown, most: number): element is number {
  return typeof element === 'number' && Math.abs(element) <= most;
}

function readString(head: TensorHead, element: unknown, index: number): string {
  if (typeof element !== 'string') throw unfit(head, element, index);
  return element;
}

function unfit({ name, dtype }: TensorHead, element: unknown, index: number): TensorDataError {
  return new TensorDataError(name, `data[${index}]: expected an element of ${datatypeOf(dtype)}, got ${describe(element)}`);
}

function finiteList(name: string, data: Float32Array): string {
  return floatList(requireFinite(name, data));
}

function requireFinite<Data extends Float32Array | Float64Array>(name: string, data: Data): Data {
  for (let index = 0; index < data.length; index += 1) {
    if (!Number.isFinite(data[index])) throw new NotFiniteError(name);
  }
  return data;
}
