import { assertNever } from '@cortex/kernel';
import { type DataType, Field, Float32, Float64, Int32, List, makeData, Struct, Utf8, type Data } from 'apache-arrow';
import { offsetsOf, utf8Of, validity } from './plain-values';

/**
 * What the values of a column are: text (utf8), anything as text in JSON, numbers, lists, records with known fields (struct), and
 * records whose keys are data: a list of `{key, value}`, which is how a map lies, but which every reader knows.
 */
export type RecordType =
  | 'text' | 'json' | 'int32' | 'float32' | 'float64'
  | { readonly list: RecordType }
  | { readonly fields: Readonly<Record<string, RecordType>> }
  | { readonly values: RecordType };

const entry = (value: RecordType): RecordType => ({ fields: { key: 'text', value } });

/** Every value may be null, as a field of a record that is not there is. */
export function arrowType(type: RecordType): DataType {
  switch (type) {
    case 'text': case 'json': return new Utf8();
    case 'int32': return new Int32();
    case 'float32': return new Float32();
    case 'float64': return new Float64();
    default: return nestedType(type);
  }
}

export function fieldOf(name: string, type: RecordType): Field {
  return new Field(name, arrowType(type), true);
}

function nestedType(type: Exclude<RecordType, string>): DataType {
  if ('list' in type) return new List(fieldOf('item', type.list));
  if ('values' in type) return nestedType({ list: entry(type.values) });
  if ('fields' in type) return new Struct(Object.entries(type.fields).map(([name, of]) => fieldOf(name, of)));
  return assertNever(type);
}

/** Values of plain JavaScript as a column; what is undefined is null. @throws Error for a value that is none of its type */
export function columnData(type: RecordType, given: readonly unknown[]): Data {
  const values = given.map((value) => value ?? null);
  switch (type) {
    case 'text': return utf8Of(values as readonly (string | null)[]);
    case 'json': return utf8Of(values.map((value) => (value === null ? null : JSON.stringify(value))));
    case 'int32': return makeData({ type: new Int32(), ...validity(values), data: Int32Array.from(values, Number) });
    case 'float32': return makeData({ type: new Float32(), ...validity(values), data: Float32Array.from(values, Number) });
    case 'float64': return makeData({ type: new Float64(), ...validity(values), data: Float64Array.from(values, Number) });
    default: return nestedData(type, values);
  }
}

function nestedData(type: Exclude<RecordType, string>, values: readonly unknown[]): Data {
  if ('values' in type) return nestedData({ list: entry(type.values) }, values.map(entriesOf));
  if ('list' in type) {
    const lists = values.map((value) => (value ?? []) as readonly unknown[]);
    return makeData({ type: arrowType(type) as List, ...validity(values), valueOffsets: offsetsOf(lists), child: columnData(type.list, lists.flatMap((list) => [...list])) });
  }
  const children = Object.entries(type.fields).map(([name, of]) => columnData(of, values.map((value) => (value as Readonly<Record<string, unknown>> | null)?.[name])));
  return makeData({ type: arrowType(type) as Struct, ...validity(values), children });
}

function entriesOf(value: unknown): readonly object[] | null {
  return value === null ? null : Object.entries(value as object).map(([key, one]) => ({ key, value: one as unknown }));
}
