import { isUtf8 } from 'node:buffer';
import { assertNever } from '@cortex/kernel';
import { BodyCursor, type Batch } from './body-cursor';
import type { Column, Layout, OffsetBytes } from './column';
import { entriesAt, offsetsAt, viewAt, VIEW_BYTES } from './places';

export type Dictionaries = ReadonlyMap<number, { readonly entries: number }>;

interface Rows {
  readonly length: number;
  isNull(row: number): boolean;
}

interface Offsets {
  at(row: number): number;
  readonly first: number;
  readonly last: number;
}

/**
 * Holds the body of one batch against its columns: every buffer lies within it and is long enough for its rows, offsets only
 * grow and end within their data, entries of dictionaries exist, text is UTF-8. `dictionaries` are those that have come.
 * @throws ArrowFormatError
 */
export function checkBody(batch: Batch, columns: readonly Column[], dictionaries: Dictionaries): void {
  const rows = batch.metadata.size(0);
  const cursor = new BodyCursor(batch);
  const check = new BodyCheck(cursor, dictionaries);
  for (const column of columns) {
    const length = check.column(column);
    if (length !== rows) throw cursor.broken(column, `it has ${length} rows, the batch has ${rows}`);
  }
  cursor.end();
}

class BodyCheck {
  constructor(private readonly cursor: BodyCursor, private readonly dictionaries: Dictionaries) {}

  /** Its length. */
  column(column: Column): number {
    const { layout } = column;
    const [length, nulls] = this.cursor.nextLength(column);
    if (layout.kind !== 'null') this.#values(column, layout, this.#validity(column, length, nulls));
    return length;
  }

  #values(column: Column, layout: Exclude<Layout, { kind: 'null' }>, rows: Rows): void {
    switch (layout.kind) {
      case 'bits': return void this.cursor.nextBuffer(column, Math.ceil(rows.length / 8));
      case 'fixed': return void this.cursor.nextBuffer(column, rows.length * layout.bytes);
      case 'varying': return this.#varying(column, layout, rows);
      case 'views': return this.#views(column, layout.isText, rows);
      case 'dictionary': return this.#entries(column, layout, rows);
      case 'list': return this.#child(column, column.children[0]!, this.#offsets(column, layout.offsetBytes, rows.length).last);
      case 'fixed-list': return this.#child(column, column.children[0]!, rows.length * layout.size);
      case 'struct': return column.children.forEach((child) => this.#child(column, child, rows.length));
      default: return assertNever(layout);
    }
  }

  #child(column: Column, child: Column, needed: number): void {
    const length = this.column(child);
    if (length < needed) throw this.cursor.broken(column, `it takes ${needed} values of '${child.path}', there are ${length}`);
  }

  #validity(column: Column, length: number, nulls: number): Rows {
    const bitmap = this.cursor.nextBuffer(column, nulls > 0 ? Math.ceil(length / 8) : 0);
    if (nulls === 0) return { length, isNull: () => false };
    const isNull = (row: number) => (bitmap[row >> 3]! & (1 << (row & 7))) === 0;
    let counted = 0;
    for (let row = 0; row < length; row += 1) counted += isNull(row) ? 1 : 0;
    if (counted !== nulls) throw this.cursor.broken(column, `it is said to have ${nulls} nulls, it has ${counted}`);
    return { length, isNull };
  }

  #varying(column: Column, { offsetBytes, isText }: Layout & { kind: 'varying' }, rows: Rows): void {
    const offsets = this.#offsets(column, offsetBytes, rows.length);
    const data = this.cursor.nextBuffer(column, offsets.last);
    if (!isText || isUtf8Throughout(data, offsets, rows.length)) return;
    for (let row = 0; row < rows.length; row += 1) {
      if (!rows.isNull(row) && !isUtf8(data.subarray(offsets.at(row), offsets.at(row + 1)))) throw this.#notText(column, row);
    }
  }

  #offsets(column: Column, width: OffsetBytes, rows: number): Offsets {
    // Without rows the one offset may be left out.
    const bytes = this.cursor.nextBuffer(column, rows === 0 ? 0 : (rows + 1) * width);
    if (rows === 0) return { at: () => 0, first: 0, last: 0 };
    const at = offsetsAt(bytes, width);
    let last = 0;
    for (let row = 0; row <= rows; row += 1) {
      const next = at(row);
      if (next < last) throw this.cursor.broken(column, `the offset of row ${row} is ${next}, after ${last}`);
      last = next;
    }
    return { at, first: at(0), last };
  }

  #views(column: Column, isText: boolean, rows: Rows): void {
    const views = this.cursor.nextBuffer(column, rows.length * VIEW_BYTES);
    const data = this.cursor.nextDataBuffers(column);
    for (let row = 0; row < rows.length; row += 1) {
      const value = rows.isNull(row) ? NOTHING : viewAt(views, row, data);
      if (!value) throw this.cursor.broken(column, `row ${row} lies outside of its data`);
      if (isText && !isUtf8(value)) throw this.#notText(column, row);
    }
  }

  #entries(column: Column, { id, index }: Layout & { kind: 'dictionary' }, rows: Rows): void {
    const at = entriesAt(this.cursor.nextBuffer(column, rows.length * index.bytes), index);
    const dictionary = this.dictionaries.get(id);
    if (!dictionary) throw this.cursor.broken(column, `its dictionary ${id} has not come yet`);
    for (let row = 0; row < rows.length; row += 1) {
      const isThere = rows.isNull(row) || (at(row) >= 0 && at(row) < dictionary.entries);
      if (!isThere) throw this.cursor.broken(column, `row ${row} is entry ${at(row)} of a dictionary of ${dictionary.entries}`);
    }
  }

  #notText(column: Column, row: number): Error {
    return this.cursor.broken(column, `row ${row} is not valid UTF-8`);
  }
}

const NOTHING = new Uint8Array(0);

/** One look at all of it and one at where each row begins, cheaper than one at each row. False asks for that closer look. */
function isUtf8Throughout(data: Uint8Array, { at, first, last }: Offsets, rows: number): boolean {
  if (!isUtf8(data.subarray(first, last))) return false;
  for (let row = 1; row < rows; row += 1) {
    const start = at(row);
    if (start < last && isContinuation(data[start]!)) return false;
  }
  return true;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
