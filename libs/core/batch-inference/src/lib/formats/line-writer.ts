import { floatList } from '@cortex/inference';
import type { Column, ColumnValue, OutputRow } from './row-format.port';
import { TextBytes } from './text-bytes';

/** Rows as JSON objects, a line each. */
export function writeLines(rows: readonly OutputRow[], columns: readonly Column[]): Uint8Array {
  const part = new TextBytes();
  for (const row of rows) writeLine(row, columns, part);
  return part.taken();
}

function writeLine(row: OutputRow, columns: readonly Column[], part: TextBytes): void {
  part.text(row.id === undefined ? '{' : `{"id":${JSON.stringify(row.id)},`);
  if ('error' in row) part.text(`"error":${JSON.stringify(row.error)}`);
  else columns.forEach((column, index) => writeValue(row.values[index]!, { column, isFirst: index === 0 }, part));
  part.text('}\n');
}

function writeValue(value: ColumnValue, { column, isFirst }: { readonly column: Column; readonly isFirst: boolean }, part: TextBytes): void {
  part.text(`${isFirst ? '' : ','}${JSON.stringify(column.name)}:`);
  if (!(value instanceof Float32Array)) part.text(column.type === 'json' ? String(value) : JSON.stringify(value));
  else if (column.type === 'vector' && column.labels) part.text(byLabel(value, column.labels));
  else part.floats(value);
}

function byLabel(values: Float32Array, labels: readonly string[]): string {
  const numbers = floatList(values).slice(1, -1).split(',');
  return `{${labels.map((label, index) => `${JSON.stringify(label)}:${numbers[index]}`).join(',')}}`;
}
