import { DataType, Vector, type Data, type Field } from 'apache-arrow';
import { arrayOf, type DType, type NumericData, type Tensor } from '@cortex/inference';
import { ArrowColumnError } from './arrow.errors';
import { elementShapeOf } from './tensor-shape';
import { isText, textsOf } from './text-column';

/**
 * A column as a tensor, a row each along the first axis: numbers, booleans and text, alone or in lists of fixed size, whose
 * sizes are the other axes. Numbers are copied: a view would take the whole body along into a worker.
 * @throws ArrowColumnError, ArrowTooLargeError
 */
export function tensorOf(field: Field, column: Vector, mostCharacters: number): Tensor {
  const { name } = field;
  const dtype = dtypeOf(name, itemTypeOf(field.type));
  const shape = [column.length, ...elementShapeOf(field)];
  const items = column.data.map((part) => itemsOf(name, part));
  const data = dtype === 'string' ? textsOf(name, new Vector(items), mostCharacters) : numbersOf(dtype, items);
  return { dtype, shape, data };
}

function itemTypeOf(type: DataType): DataType {
  return DataType.isFixedSizeList(type) ? itemTypeOf(type.valueType as DataType) : type;
}

/** What lies in the innermost lists, one after another. */
function itemsOf(name: string, part: Data): Data {
  requireValues(name, part);
  const { type, length, children } = part;
  return DataType.isFixedSizeList(type) ? itemsOf(name, children[0]!.slice(0, length * type.listSize)) : part;
}

function requireValues(name: string, part: Data): void {
  if (part.nullCount === 0) return;
  for (let index = 0; index < part.length; index += 1) {
    if (!part.getValid(index)) throw new ArrowColumnError(name, `value ${index} is null, a tensor has none`);
  }
}

function dtypeOf(name: string, type: DataType): DType {
  if (isText(type)) return 'string';
  if (DataType.isBool(type)) return 'bool';
  if (DataType.isInt(type)) return `${type.isSigned ? '' : 'u'}int${type.bitWidth}`;
  if (DataType.isFloat(type)) return FLOATS[type.precision];
  throw new ArrowColumnError(name, `expected numbers, booleans or text, alone or in lists of fixed size, got ${type}`);
}

/** By precision. */
const FLOATS = ['float16', 'float32', 'float64'] as const;

function numbersOf(dtype: Exclude<DType, 'string'>, parts: readonly Data[]): NumericData {
  const joined = new (arrayOf(dtype))(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    const values = dtype === 'bool' ? bitsOf(part) : (part.values as NumericData).subarray(0, part.length);
    joined.set(values as never, offset);
    offset += part.length;
  }
  return joined;
}

function bitsOf({ values, offset, length }: Data): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => ((values as Uint8Array)[(offset + index) >> 3]! >> ((offset + index) & 7)) & 1);
}
