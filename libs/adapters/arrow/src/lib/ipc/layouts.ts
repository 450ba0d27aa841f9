import { Type } from 'apache-arrow';
import type { FlatTable } from './flat-buffer';
import type { Layout } from './column';

type ReadLayout = (type: FlatTable) => Layout;

const fixed = (bits: number): Layout => ({ kind: 'fixed', bytes: bits / 8 });
const bits64: ReadLayout = () => fixed(64);

/** The types that are read, each from its parameters to its layout. Slots and defaults as in Arrow's Schema.fbs. */
const LAYOUTS: Readonly<Partial<Record<Type, ReadLayout>>> = {
  [Type.Null]: () => ({ kind: 'null' }),
  [Type.Bool]: () => ({ kind: 'bits' }),
  [Type.Int]: (type) => fixed(oneOf(type, 'integer', { bits: type.int32(0), known: [8, 16, 32, 64] })),
  [Type.Float]: (type) => fixed(byCode(type, 'precision of a float', { code: type.uint16(0), known: [16, 32, 64] })),
  [Type.Decimal]: (type) => fixed(oneOf(type, 'decimal', { bits: type.int32(2, 128), known: [32, 64, 128, 256] })),
  [Type.Date]: (type) => fixed(byCode(type, 'unit of a date', { code: type.uint16(0, 1), known: [32, 64] })),
  [Type.Time]: (type) => fixed(oneOf(type, 'time', { bits: type.int32(1, 32), known: [32, 64] })),
  [Type.Timestamp]: bits64,
  [Type.Duration]: bits64,
  [Type.Interval]: (type) => fixed(byCode(type, 'unit of an interval', { code: type.uint16(0), known: [32, 64, 128] })),
  [Type.FixedSizeBinary]: (type) => ({ kind: 'fixed', bytes: notNegative(type, 'width of a binary', type.int32(0)) }),
  [Type.Binary]: () => ({ kind: 'varying', offsetBytes: 4, isText: false }),
  [Type.Utf8]: () => ({ kind: 'varying', offsetBytes: 4, isText: true }),
  [Type.LargeBinary]: () => ({ kind: 'varying', offsetBytes: 8, isText: false }),
  [Type.LargeUtf8]: () => ({ kind: 'varying', offsetBytes: 8, isText: true }),
  [Type.BinaryView]: () => ({ kind: 'views', isText: false }),
  [Type.Utf8View]: () => ({ kind: 'views', isText: true }),
  [Type.List]: () => ({ kind: 'list', offsetBytes: 4 }),
  [Type.LargeList]: () => ({ kind: 'list', offsetBytes: 8 }),
  [Type.FixedSizeList]: (type) => ({ kind: 'fixed-list', size: notNegative(type, 'size of a list', type.int32(0)) }),
  [Type.Struct]: () => ({ kind: 'struct' }),
};

/** How values of a type lie in their buffers. @throws ArrowFormatError for types that are not read, and parameters that there are not */
export function layoutOf(typeId: Type, type: FlatTable, path: string): Layout {
  const read = LAYOUTS[typeId];
  if (!read) throw type.buffer.broken(`column '${path}' has the type ${Type[typeId] ?? typeId}, which is not read here`);
  return read(type);
}

function oneOf(type: FlatTable, what: string, { bits, known }: { readonly bits: number; readonly known: readonly number[] }): number {
  if (!known.includes(bits)) throw type.buffer.broken(`a ${what} has ${bits} bits, there are ${known.join(', ')}`);
  return bits;
}

/** The bits that a code of an enumeration stands for. */
function byCode(type: FlatTable, what: string, { code, known }: { readonly code: number; readonly known: readonly number[] }): number {
  const bits = known[code];
  if (bits === undefined) throw type.buffer.broken(`the ${what} is ${code}, there are ${known.length}`);
  return bits;
}

function notNegative(type: FlatTable, what: string, value: number): number {
  if (value < 0) throw type.buffer.broken(`the ${what} is ${value}`);
  return value;
}
