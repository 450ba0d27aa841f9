import { quote } from '@cortex/kernel';
import { Type } from 'apache-arrow';
import type { Column, IndexType, Layout } from './column';
import type { FlatTable } from './flat-buffer';
import { layoutOf } from './layouts';

/** The columns of a stream, and what the entries of its dictionaries are. */
export interface StreamSchema {
  readonly columns: readonly Column[];
  readonly dictionaries: ReadonlyMap<number, Column>;
  /** Columns, and the parts of nested ones. */
  readonly fields: number;
}

const MOST_FIELDS = 1_024;
const DEEPEST = 16;
const LITTLE_ENDIAN = 0;
const LISTS: readonly Layout['kind'][] = ['list', 'fixed-list'];

/** Reads a Schema message. @throws ArrowFormatError */
export function readSchema(schema: FlatTable): StreamSchema {
  if (schema.uint16(0) !== LITTLE_ENDIAN) throw schema.buffer.broken('it is big-endian, only little-endian streams are read here');
  readMetadata(schema, 2);
  const reader = new FieldReader();
  const columns = schema.tables(1).map((field) => reader.read(field, []));
  return { columns, dictionaries: reader.dictionaries, fields: reader.fields };
}

/** Whoever reads the stream after this will follow these offsets too. */
export function readMetadata(table: FlatTable, slot: number): void {
  for (const entry of table.tables(slot)) {
    entry.string(0);
    entry.string(1);
  }
}

class FieldReader {
  readonly dictionaries = new Map<number, Column>();
  fields = 0;

  read(field: FlatTable, above: readonly string[]): Column {
    this.fields += 1;
    if (this.fields > MOST_FIELDS) throw field.buffer.broken(`it has more than ${MOST_FIELDS} fields`);
    if (above.length >= DEEPEST) throw field.buffer.broken(`its fields are nested deeper than ${DEEPEST}`);

    const names = [...above, quote(field.string(0) ?? '')];
    readMetadata(field, 6);
    const path = names.join('.');
    const values: Column = { path, layout: typeOf(field, path), children: field.tables(5).map((child) => this.read(child, names)) };
    requireChildren(field, values);
    const encoding = field.table(4);
    return encoding ? this.#encoded(values, encoding) : values;
  }

  #encoded(values: Column, encoding: FlatTable): Column {
    const id = encoding.size(0);
    const known = this.dictionaries.get(id);
    if (known && shapeOf(known) !== shapeOf(values)) throw encoding.buffer.broken(`the dictionary ${id} is said to hold different types`);
    if (!known) this.dictionaries.set(id, { ...values, path: `${values.path} (dictionary ${id})` });
    return { path: values.path, layout: { kind: 'dictionary', id, index: indexOf(encoding, values.path) }, children: [] };
  }
}

function typeOf(field: FlatTable, path: string): Layout {
  const typeId = field.uint8(2);
  const type = field.table(3);
  if (!type) throw field.buffer.broken(`column '${path}' has no type`);
  if (typeId === Type.Timestamp) type.string(1);
  return layoutOf(typeId, type, path);
}

/** int32 where nothing is said. */
function indexOf(encoding: FlatTable, path: string): IndexType {
  const type = encoding.table(1);
  if (!type) return { bytes: 4, isSigned: true };
  const layout = layoutOf(Type.Int, type, path);
  return { bytes: layout.kind === 'fixed' ? layout.bytes : 0, isSigned: type.uint8(1) !== 0 };
}

function requireChildren(field: FlatTable, { path, layout, children }: Column): void {
  if (layout.kind === 'struct') return;
  const expected = LISTS.includes(layout.kind) ? 1 : 0;
  if (children.length !== expected) throw field.buffer.broken(`the type of column '${path}' has ${expected} children, it brings ${children.length}`);
}

function shapeOf({ layout, children }: Column): string {
  return JSON.stringify([layout, children.map(shapeOf)]);
}
