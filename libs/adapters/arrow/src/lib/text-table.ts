import { DataType, type Table, type Vector } from 'apache-arrow';
import { columnOf, readTable } from './arrow-table';
import { ArrowColumnError } from './arrow.errors';
import type { StreamLimits } from './ipc/stream-check';
import { isText, stringsOf, textsOf } from './text-column';

/** Which columns of a table are read. */
export interface TextColumns {
  /** Default `text`. */
  readonly text?: string;
  /** Default `id`, which may be missing; one that is named may not. */
  readonly id?: string;
}

/** The texts of a table, and what names their rows: integers or text of any kind, passed on as they came. */
export interface TextTable {
  readonly texts: readonly string[];
  readonly ids?: Vector;
}

export const TEXT = 'text';
export const ID = 'id';

/** @throws ArrowFormatError, ArrowColumnError, ArrowTooLargeError */
export function readTextTable(bytes: Uint8Array, { text = TEXT, id }: TextColumns, limits: StreamLimits): TextTable {
  const table = readTable(bytes, limits);
  const texts = textsOf(text, columnOf(table, text).column, limits.bytes);
  const hasIds = id !== undefined || table.schema.fields.some(({ name }) => name === ID);
  return { texts, ids: hasIds ? idsOf(table, id ?? ID) : undefined };
}

/** @throws ArrowColumnError when they are neither integers nor text */
export function idsOf(table: Table, name: string): Vector {
  const { column } = columnOf(table, name);
  if (!isText(column.type) && !isInteger(column.type)) throw new ArrowColumnError(name, `expected integers or text (utf8) as ids, got ${column.type}`);
  return column;
}

/** Ids as JSON can hold them, undefined where there is none: whole numbers beyond 2^53 keep their digits as text. */
export function* plainIds(ids: Vector): Generator<string | number | undefined> {
  if (isText(ids.type)) {
    for (const id of stringsOf(ids)) yield id ?? undefined;
    return;
  }
  for (const id of ids as Iterable<number | bigint | null>) {
    if (id === null) yield undefined;
    else yield Number.isSafeInteger(Number(id)) ? Number(id) : String(id);
  }
}

function isInteger(type: DataType): boolean {
  return DataType.isInt(DataType.isDictionary(type) ? type.dictionary : type);
}
