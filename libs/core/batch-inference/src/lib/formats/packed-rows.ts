import { joinFloats } from '@cortex/inference';
import type { Column, ColumnValue, OutputRow, RowError } from './row-format.port';

/** All vectors of a column, one after another: one array is handed to a thread at once, a thousand are not. */
interface Vectors {
  readonly lengths: readonly number[];
  readonly floats: Float32Array<ArrayBuffer>;
}

/** Rows by column, as they go to a thread. */
export interface PackedRows {
  readonly ids: readonly OutputRow['id'][];
  /** By the row's place. */
  readonly errors: ReadonlyMap<number, RowError>;
  /** Of the rows without an error. */
  readonly columns: readonly (Vectors | readonly ColumnValue[])[];
}

export function packed(rows: readonly OutputRow[], columns: readonly Column[]): PackedRows {
  const answers = rows.flatMap((row) => ('values' in row ? [row.values] : []));
  const errors = rows.flatMap((row, place) => ('error' in row ? [[place, row.error] as const] : []));
  return { ids: rows.map(({ id }) => id), errors: new Map(errors), columns: columns.map((_, index) => packedColumn(answers.map((values) => values[index]!))) };
}

/** What can be handed over instead of copied. */
export function buffersOf({ columns }: PackedRows): ArrayBuffer[] {
  return columns.flatMap((column) => ('floats' in column ? [column.floats.buffer] : []));
}

/** The inverse of `packed`. */
export function unpacked({ ids, errors, columns }: PackedRows): readonly OutputRow[] {
  const values = columns.map((column) => ('floats' in column ? vectorsIn(column) : column.values()));
  return ids.map((id, place) => {
    const error = errors.get(place);
    const outcome = error ? { error } : { values: values.map((column) => column.next().value!) };
    return id === undefined ? outcome : { id, ...outcome };
  });
}

function packedColumn(values: readonly ColumnValue[]): Vectors | readonly ColumnValue[] {
  const vectors = values as readonly Float32Array[];
  return values[0] instanceof Float32Array ? { lengths: vectors.map(({ length }) => length), floats: joinFloats(vectors) as Float32Array<ArrayBuffer> } : values;
}

function* vectorsIn({ lengths, floats }: Vectors): Generator<ColumnValue, undefined> {
  let end = 0;
  for (const length of lengths) yield floats.subarray(end, (end += length));
  return undefined;
}
