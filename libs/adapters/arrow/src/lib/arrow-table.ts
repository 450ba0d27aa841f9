import { tableFromIPC, type Field, type Table, type Vector } from 'apache-arrow';
import { quote } from '@cortex/kernel';
import { ArrowColumnError, ArrowTooLargeError } from './arrow.errors';
import { MessageCutter } from './ipc/ipc-message';
import { StreamCheck, type StreamLimits } from './ipc/stream-check';

/** Messages, and fields of each, of one body: whatever is in them, each costs microseconds of a thread that serves everybody. */
const MOST_PARTS = 50_000;

/** A table from an IPC stream, whose every part was checked before. Its columns lie in `bytes`, nothing is copied. @throws ArrowFormatError, ArrowTooLargeError */
export function readTable(bytes: Uint8Array, limits: StreamLimits): Table {
  const cutter = new MessageCutter(bytes.length);
  const check = new StreamCheck(limits);
  let parts = 0;
  for (const message of cutter.cut(bytes)) {
    check.check(message);
    parts += 1 + check.fields;
    if (parts > MOST_PARTS) throw new ArrowTooLargeError('messages and fields of each', MOST_PARTS);
  }
  cutter.end();
  return tableFromIPC(bytes);
}

export interface NamedColumn {
  readonly field: Field;
  readonly column: Vector;
}

const MOST_LISTED = 20;

/** The one column of this name. @throws ArrowColumnError when there is none, or more than one */
export function columnOf(table: Table, name: string): NamedColumn {
  const { fields } = table.schema;
  const [index, another] = fields.flatMap((field, at) => (field.name === name ? [at] : []));
  if (another !== undefined) throw new ArrowColumnError(name, 'more than one column is called so');
  if (index === undefined) throw new ArrowColumnError(name, `there is none, the columns are: ${fields.slice(0, MOST_LISTED).map((field) => quote(field.name)).join(', ')}`);
  return { field: fields[index]!, column: table.getChildAt(index)! };
}
