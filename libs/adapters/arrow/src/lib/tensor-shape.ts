import { DataType, type Field } from 'apache-arrow';
import { sizeOf } from '@cortex/inference';
import { ArrowColumnError } from './arrow.errors';

/** Source: Arrow's canonical extension types, "Fixed shape tensor". */
const EXTENSION_NAME = 'ARROW:extension:name';
const EXTENSION_METADATA = 'ARROW:extension:metadata';
const FIXED_SHAPE_TENSOR = 'arrow.fixed_shape_tensor';

/** What a field says of the shape of each row's tensor. */
export function shapeMetadata(shape: readonly number[]): Map<string, string> {
  return new Map([[EXTENSION_NAME, FIXED_SHAPE_TENSOR], [EXTENSION_METADATA, JSON.stringify({ shape })]]);
}

/** The axes of each row: as the metadata says, otherwise the sizes of the lists. @throws ArrowColumnError when the two differ in size */
export function elementShapeOf({ name, type, metadata }: Field): readonly number[] {
  const sizes = listSizesOf(type);
  if (metadata.get(EXTENSION_NAME) !== FIXED_SHAPE_TENSOR) return sizes;
  const { shape, permutation } = parsed(name, metadata.get(EXTENSION_METADATA));
  if (sizeOf(shape) !== sizeOf(sizes)) throw new ArrowColumnError(name, `its metadata says the shape [${shape}], its lists have ${sizeOf(sizes)} elements`);
  if (!permutation.every((axis, index) => axis === index)) throw new ArrowColumnError(name, 'its axes are permuted; send it in row-major order');
  return shape;
}

function listSizesOf(type: DataType): readonly number[] {
  return DataType.isFixedSizeList(type) ? [type.listSize, ...listSizesOf(type.valueType as DataType)] : [];
}

interface TensorMetadata {
  readonly shape: readonly number[];
  readonly permutation: readonly number[];
}

function parsed(name: string, metadata = ''): TensorMetadata {
  const { shape, permutation = [] } = jsonOf(name, metadata) as Partial<TensorMetadata>;
  if (!isSizes(shape) || !isSizes(permutation)) throw unreadable(name, metadata);
  return { shape, permutation };
}

function jsonOf(name: string, metadata: string): object {
  try {
    return Object(JSON.parse(metadata)) as object;
  } catch {
    throw unreadable(name, metadata);
  }
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
}

function unreadable(name: string, metadata: string): ArrowColumnError {
  return new ArrowColumnError(name, `its metadata is ${JSON.stringify(metadata.slice(0, 60))}, expected {"shape":[…]}`);
}
