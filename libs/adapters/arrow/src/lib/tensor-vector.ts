import { Bool, Field, FixedSizeList, Float16, Float32, Float64, Int16, Int32, Int64, Int8, makeData, Uint16, Uint32, Uint64, Uint8, Utf8, vectorFromArray, type Data, type DataType } from 'apache-arrow';
import { sizeOf, type DType, type Tensor } from '@cortex/inference';
import type { OutputColumn } from './table-stream';
import { shapeMetadata } from './tensor-shape';

const TYPES: Readonly<Record<Exclude<DType, 'string' | 'bool'>, DataType>> = {
  uint8: new Uint8(), uint16: new Uint16(), uint32: new Uint32(), uint64: new Uint64(),
  int8: new Int8(), int16: new Int16(), int32: new Int32(), int64: new Int64(),
  float16: new Float16(), float32: new Float32(), float64: new Float64(),
};

/** A tensor of at least one axis as a column: numbers lie where they are, each row of more axes is a list of fixed size. */
export function tensorColumn(name: string, tensor: Tensor): OutputColumn {
  const [rows = 0, ...elementShape] = tensor.shape;
  const items = itemsOf(tensor);
  if (elementShape.length === 0) return { field: new Field(name, items.type, true), data: items };
  const type = new FixedSizeList(sizeOf(elementShape), new Field('item', items.type, true));
  return { field: new Field(name, type, true, shapeMetadata(elementShape)), data: makeData({ type, length: rows, nullCount: 0, child: items }) };
}

function itemsOf({ dtype, data }: Tensor): Data {
  const { length } = data;
  if (dtype === 'string') return length === 0 ? makeData({ type: new Utf8() }) : vectorFromArray(data as readonly string[], new Utf8()).data[0]!;
  if (dtype === 'bool') return makeData({ type: new Bool(), length, nullCount: 0, data: bitsOf(data as Uint8Array) });
  // Any type of numbers goes with its array; the compiler is shown one pair of them.
  return makeData({ type: TYPES[dtype] as Float32, length, nullCount: 0, data: data as Float32Array });
}

function bitsOf(bytes: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(bytes.length / 8));
  bytes.forEach((byte, index) => (bits[index >> 3]! |= (byte === 0 ? 0 : 1) << (index & 7)));
  return bits;
}
