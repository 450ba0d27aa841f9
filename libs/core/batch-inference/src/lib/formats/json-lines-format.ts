import { quote } from '@cortex/kernel';
import { Lines, type Line } from './lines';
import { packed } from './packed-rows';
import { RowFormat, type Column, type InputRow, type OpenInput, type OutputRow, type ReadOptions, type RowId, type RowWindow } from './row-format.port';
import { WindowCutter } from './window-cutter';
import { WriterThread } from './writer-thread';

/** A JSON object a line, in and out (jsonlines.org). Lines of white space alone are no rows. */
export class JsonLinesFormat extends RowFormat {
  readonly name = 'jsonl';
  readonly contentType = 'application/x-ndjson';
  readonly #writer = new WriterThread();

  async *read(input: OpenInput, { from, rows, bytes }: ReadOptions): AsyncGenerator<RowWindow> {
    const start = typeof from === 'number' ? from : 0;
    const lines = new Lines(start, bytes);
    const windows = new WindowCutter(start, { rows, bytes });
    for await (const chunk of input(start)) {
      for (const line of lines.in(chunk)) if (!isBlank(line)) yield* windows.add({ row: readLine(line), end: line.end });
    }
    for (const line of lines.last()) if (!isBlank(line)) yield* windows.add({ row: readLine(line), end: line.end });
    yield* windows.last();
  }

  /** On a thread: the digits of a thousand vectors take longer than others should wait. */
  write(rows: readonly OutputRow[], columns: readonly Column[]): Promise<Uint8Array> {
    return this.#writer.write({ rows: packed(rows, columns), columns });
  }

  async *join(parts: AsyncIterable<AsyncIterable<Uint8Array>>): AsyncGenerator<Uint8Array> {
    for await (const part of parts) yield* part;
  }
}

function isBlank({ text }: Line): boolean {
  return text !== undefined && text.trim() === '';
}

function readLine({ text, flaw = '' }: Line): InputRow {
  return text === undefined ? badLine(flaw) : rowOf(text);
}

function rowOf(text: string): InputRow {
  const value = parsed(text);
  if (value instanceof SyntaxError) return badLine(quote(value.message, 160));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return badLine('it is no JSON object');
  const { id } = value as { readonly id?: unknown };
  if (id === undefined || id === null) return { fields: value as Record<string, unknown> };
  return isRowId(id) ? { id, fields: value as Record<string, unknown> } : badLine('its id is neither a string nor a number');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

function isRowId(id: unknown): id is RowId {
  return typeof id === 'string' || typeof id === 'number';
}

function badLine(reason: string): InputRow {
  return { error: { code: 'BATCH.BAD_LINE', message: `the line cannot be read: ${reason}` } };
}
